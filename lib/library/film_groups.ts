/** The films of a directory, as `ams` plays them, for commands that run without a server. */

import { MAX_FILM_FILES } from "../input/sidecar.ts";
import { type Film, groupByStem } from "../input/stems.ts";
import { MAX_ENTRIES } from "./directory.ts";

/** Groups the files of a directory into films; undefined if there are so many that `ams` plays each one alone. */
export function groupFilms(names: readonly string[]): Film[] | undefined {
  if (names.length > MAX_ENTRIES) return undefined;
  const films = groupByStem(names.filter((name) => !name.includes("\\"))); // no URL has it
  return films.map((film) =>
    film.members.length > MAX_FILM_FILES ? { ...film, members: film.members.slice(0, 1) } : film
  );
}
