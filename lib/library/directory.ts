import { compareNames } from "../natural_order.ts";
import type { StoredEntry, StoredFile } from "../storage/storage.ts";
import { isPackage } from "../url/path.ts";
import { WorkPauses } from "../work_pauses.ts";
import { type DocumentRoot, resolveIfAccessible } from "./document_root.ts";

export interface Directory {
  /** Packages first, then directories, then other files; each sorted by name. */
  readonly entries: readonly DirectoryEntry[];
  readonly omitted: number;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly isDirectory: boolean;
}

/** Sorting as many blocks the thread for 30 ms. */
export const MAX_ENTRIES = 10_000;

/** A total order, as of `compareNames()`. */
export function compareEntries(a: DirectoryEntry, b: DirectoryEntry): number {
  return getRank(a) - getRank(b) || compareNames(a.name, b.name);
}

function getRank({ name, isDirectory }: DirectoryEntry): number {
  return isDirectory ? 1 : isPackage(name) ? 0 : 2;
}

/**
 * Omits dot files, links that are broken or lead outside the document root, and special files.
 *
 * @param pauses let other requests be served while thousands of links are resolved
 * @throws RequestError, MediaError if the directory cannot be read
 */
export async function readDirectory(
  root: DocumentRoot,
  directory: string,
  resolved: StoredFile,
  pauses: WorkPauses = new WorkPauses(),
): Promise<Directory> {
  const all = await readVisibleEntries(root, directory, resolved);
  const entries: DirectoryEntry[] = [];
  for (const { name, kind } of all.slice(0, MAX_ENTRIES)) {
    if (kind === "file" || kind === "directory") {
      entries.push({ name, isDirectory: kind === "directory" });
    } else if (kind === "link") {
      const target = await resolveIfAccessible(root, joinPath(directory, name));
      if (target) entries.push({ name, isDirectory: target.kind === "directory" });
      await pauses.check();
    }
  }
  return { entries: entries.sort(compareEntries), omitted: Math.max(0, all.length - MAX_ENTRIES) };
}

export async function readVisibleEntries(
  root: DocumentRoot,
  directory: string,
  resolved: StoredFile,
): Promise<StoredEntry[]> {
  const entries = await root.readEntries(directory, resolved.path);
  return entries.filter(({ name }) => !name.startsWith("."));
}

export function joinPath(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}
