/** Files that make up the presentation of a directory. */

import { RequestError } from "../errors.ts";
import { isSeries } from "../input/series.ts";
import { type Film, groupByStem } from "../input/stems.ts";
import { compareNames } from "../natural_order.ts";
import { lastAsLong } from "../presentation/durations.ts";
import { isSubtitleFile } from "../subtitles/subtitle_file.ts";
import { isMediaFile } from "../url/path.ts";
import { readVisibleEntries } from "./directory.ts";
import type { StoredFile } from "../storage/storage.ts";
import type { DocumentRoot } from "./document_root.ts";

/** Each is open while the presentation is. */
const MAX_PLAYABLE_FILES = 100;

/** XML may be anything, so it is omitted. */
export function isPlayable(name: string): boolean {
  return isMediaFile(name) || isSubtitleFile(name) && !/\.xml$/i.test(name);
}

/**
 * Lists names in natural order, including links that may lead to playable files.
 *
 * @throws RequestError `NOT_FOUND` if there are none or too many
 */
export async function listPlayableFiles(
  root: DocumentRoot,
  directory: string,
  resolved: StoredFile,
): Promise<string[]> {
  const names = (await readVisibleEntries(root, directory, resolved))
    .filter(({ name, kind }) => kind !== "directory" && isPlayable(name))
    .map(({ name }) => name)
    .sort(compareNames);
  if (names.length > 0 && names.length <= MAX_PLAYABLE_FILES) return names;
  throw notPlayable(directory, names.length);
}

/** Returns a film that all files belong to, else whether they are a series, of which no two are played together. */
export function findCombination(names: readonly string[]): Film | "series" | "files" {
  const films = groupByStem(names);
  const [film] = films;
  if (film && film.members.length === names.length) return film;
  return isSeries(films.map(({ stem }) => stem)) ? "series" : "files";
}

/**
 * Returns whether several files make up a presentation: a film, or files that last as long as each other. Those without a duration,
 * which are subtitles or are left out, are ignored.
 *
 * @param getDuration in seconds
 */
export async function makesPresentation(
  names: readonly string[],
  getDuration: (name: string) => Promise<number | undefined>,
): Promise<boolean> {
  if (names.length < 2 || names.length > MAX_PLAYABLE_FILES) return false;
  const combination = findCombination(names);
  if (combination === "series") return false;
  if (combination !== "files") return combination.members.some(({ kind }) => kind !== "subtitle");
  let first: number | undefined;
  for (const name of names) {
    const duration = await getDuration(name);
    first ??= duration;
    if (duration !== undefined && !lastAsLong(duration, first!)) return false;
  }
  return first !== undefined;
}

export function notTogether(directory: string, reason: string): RequestError {
  const text = `Cannot serve '/${directory}' as a presentation of all its files: ${reason}`;
  return new RequestError("NOT_FOUND", text);
}

export function notPlayable(directory: string, count: number): RequestError {
  const reason = count === 0
    ? "it has no media or subtitle file"
    : `it has ${count} media and subtitle files, expected at most ${MAX_PLAYABLE_FILES}`;
  return new RequestError("NOT_FOUND", `Cannot serve '/${directory}' as a presentation: ${reason}`);
}
