/** Films below a directory, each of which `--each` packages. */

import { join } from "@std/path";
import { describeSystemError } from "../cli/system_error.ts";
import { MediaError } from "../errors.ts";
import type { Film } from "../input/stems.ts";
import { MAX_ENTRIES } from "../library/directory.ts";
import { groupFilms } from "../library/film_groups.ts";
import { walkDirectories } from "../storage/local/directory_walk.ts";

export interface LocalFilm {
  readonly film: Film;
  /** Directory of the film, below the one that was typed. */
  readonly directory: string;
  /** The package: `<stem>.json` in that directory. */
  readonly output: string;
}

/**
 * Finds films in natural order, those of a directory before those below it.
 *
 * @param onError called for each directory that cannot be read, or has too many files
 */
export async function findFilms(
  root: string,
  onError: (directory: string, error: MediaError) => void,
): Promise<LocalFilm[]> {
  const films: LocalFilm[] = [];
  const fail = (directory: string, error: unknown) => {
    const why = `Cannot read this directory: ${describeSystemError(error)}`;
    onError(directory, new MediaError(why, "MEDIA_READ").inFile(directory));
  };
  for await (const { directory, names } of walkDirectories(root, fail)) {
    try {
      for (const film of requireFilms(names)) {
        films.push({ film, directory, output: join(directory, `${film.stem}.json`) });
      }
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
      onError(directory, error.inFile(directory));
    }
  }
  return films;
}

/** @throws MediaError if there are so many files that `ams` plays each one alone */
export function requireFilms(names: readonly string[]): Film[] {
  const films = groupFilms(names);
  if (films) return films;
  throw new MediaError(
    `Cannot find the films among ${names.length} files, expected at most ${MAX_ENTRIES}`,
  );
}
