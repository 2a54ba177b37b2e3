/** Reads a directory of the document root. */

import { type DocumentRoot, type ResolvedFile, resolveIfAccessible } from "./document_root.ts";

/** The entries of a directory; none of them was opened. */
export interface Directory {
  /** Directories first, then files; each sorted by name. */
  readonly entries: readonly DirectoryEntry[];
  /** Number of further entries that were not examined. */
  readonly omitted: number;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly isDirectory: boolean;
}

/** Sorting this many blocks the thread for 30 ms. */
export const MAX_ENTRIES = 10_000;

/** Sorts `part 2` before `part 10`. */
const COLLATOR = new Intl.Collator("en", { numeric: true });

/** A total order, equal on every machine. */
export function compareEntries(a: DirectoryEntry, b: DirectoryEntry): number {
  if (a.isDirectory !== b.isDirectory) return a.isDirectory ? -1 : 1;
  return COLLATOR.compare(a.name, b.name) || compareCodes(a.name, b.name);
}

/** Compares by UTF-16 code units. */
export function compareCodes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Reads a directory and resolves its links. Leaves out dot files, links that are broken or lead outside the document
 * root, and what is neither a file nor a directory.
 *
 * @param directory relative to the document root
 * @throws RequestError, MediaError if it cannot be read
 */
export async function readDirectory(
  root: DocumentRoot,
  directory: string,
  resolved: ResolvedFile,
): Promise<Directory> {
  const all = await readVisibleEntries(root, directory, resolved);
  const entries: DirectoryEntry[] = [];
  for (const { name, isFile, isDirectory, isSymlink } of all.slice(0, MAX_ENTRIES)) {
    if (isFile || isDirectory) entries.push({ name, isDirectory });
    else if (isSymlink) {
      const target = await resolveIfAccessible(root, joinPath(directory, name));
      if (target) entries.push({ name, isDirectory: target.info.isDirectory });
    }
  }
  return { entries: entries.sort(compareEntries), omitted: Math.max(0, all.length - MAX_ENTRIES) };
}

/** Returns the entries that are not dot files, in no order. */
export async function readVisibleEntries(
  root: DocumentRoot,
  directory: string,
  resolved: ResolvedFile,
): Promise<Deno.DirEntry[]> {
  const entries = await root.readEntries(directory, resolved.path);
  return entries.filter(({ name }) => !name.startsWith("."));
}

/** Joins paths relative to the document root. */
export function joinPath(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}
