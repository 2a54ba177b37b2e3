/** What lies in a folder of the document root, as far as it may be known. */

import { RequestError } from "../errors.ts";
import { isMediaFile } from "../url/path.ts";
import { isSubtitleFile } from "../subtitles/subtitle_file.ts";
import type { DocumentRoot, ResolvedFile } from "./document_root.ts";
import { type Fingerprint, takeFingerprint } from "./asset.ts";

/** What a folder holds. Names alone: nothing was opened. */
export interface Directory {
  /** Folders first, then files; in each, by name. */
  readonly entries: readonly DirectoryEntry[];
  /** How many more it holds that were not looked at. */
  readonly omitted: number;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly isDirectory: boolean;
}

/** Of a folder that are looked at: sorting them holds the thread up for 30 ms. */
export const MAX_ENTRIES = 10_000;

/** Files that are one presentation together, at most: each is open while it is. */
export const MAX_PLAYABLE_FILES = 100;

/** `part 2` before `part 10`. */
const COLLATOR = new Intl.Collator("en", { numeric: true });

/** The same on every machine, and of no two names 0. */
export function compareEntries(a: DirectoryEntry, b: DirectoryEntry): number {
  if (a.isDirectory !== b.isDirectory) return a.isDirectory ? -1 : 1;
  return COLLATOR.compare(a.name, b.name) || compareCodes(a.name, b.name);
}

function compareCodes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Links are what they lead to; those that lead outside of the root, or nowhere, are not there, nor are dot files and what
 * is neither file nor folder.
 *
 * @param file path of the folder, relative to the root
 * @param found where it is
 * @throws RequestError, MediaError where the system doesn't let us, or the storage fails
 */
export async function readDirectory(
  root: DocumentRoot,
  file: string,
  found: ResolvedFile,
): Promise<Directory> {
  const all = await readVisibleEntries(root, file, found);
  const entries: DirectoryEntry[] = [];
  for (const { name, isFile, isDirectory, isSymlink } of all.slice(0, MAX_ENTRIES)) {
    if (isFile || isDirectory) entries.push({ name, isDirectory: isDirectory });
    else if (isSymlink) {
      const target = await tryResolve(root, joinPath(file, name));
      if (target) entries.push({ name, isDirectory: target.info.isDirectory });
    }
  }
  return { entries: entries.sort(compareEntries), omitted: Math.max(0, all.length - MAX_ENTRIES) };
}

async function readVisibleEntries(
  root: DocumentRoot,
  file: string,
  found: ResolvedFile,
): Promise<Deno.DirEntry[]> {
  return (await root.readEntries(file, found.path)).filter(({ name }) => !name.startsWith("."));
}

/** A folder that changed so lately may change again without looking different: times of files are coarse. In milliseconds. */
const MIN_AGE_MS = 2000;

/** Looks at a folder, and says how to do so again. One that has just changed is taken to look different the next time. */
export async function takeDirectoryFingerprint(
  root: DocumentRoot,
  file: string,
): Promise<Fingerprint> {
  const { value, compute } = await takeFingerprint(() => root.resolve(file));
  const { info: { mtime } } = await root.resolve(file);
  const settled = mtime !== null && Date.now() - mtime.getTime() > MIN_AGE_MS;
  return { value: settled ? value : "changing", compute };
}

/** Path of something in a folder, both relative to the root. */
export function joinPath(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** What a link leads to that may be had: whoever looks at a folder isn't told of the others. */
export async function tryResolve(
  root: DocumentRoot,
  file: string,
): Promise<ResolvedFile | undefined> {
  try {
    return await root.resolve(file);
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}

/** By its name, it is part of the presentation that its folder is. XML may be anything: only who names it wants it. */
export function isPlayable(name: string): boolean {
  return isMediaFile(name) || isSubtitleFile(name) && !/\.xml$/i.test(name);
}

/**
 * Names of what may be part of the presentation that a folder is, as a shell writes `*`: files, and links that may lead to
 * such.
 *
 * @param file as `readDirectory`
 * @throws RequestError `NOT_FOUND` where there are none, or too many
 */
export async function listPlayableFiles(
  root: DocumentRoot,
  file: string,
  found: ResolvedFile,
): Promise<string[]> {
  const names = (await readVisibleEntries(root, file, found))
    .filter(({ name, isDirectory }) => !isDirectory && isPlayable(name))
    .map(({ name }) => name)
    .sort(compareCodes);
  if (names.length > 0 && names.length <= MAX_PLAYABLE_FILES) return names;
  throw notPlayable(file, names.length);
}

/** A folder that holds so many files of media and subtitles is no presentation. */
export function notPlayable(file: string, count: number): RequestError {
  const why = count === 0
    ? "it holds no file of media or subtitles"
    : `it holds ${count} files of media and subtitles, and ${MAX_PLAYABLE_FILES} at most are one`;
  return new RequestError("NOT_FOUND", `Cannot offer '/${file}' as one presentation: ${why}`);
}
