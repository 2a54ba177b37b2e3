/** Inputs that belong to others by their names. */

import { basename, dirname, join, resolve } from "@std/path";
import { MediaError } from "../errors.ts";
import type { InputOptions } from "../input/apply_options.ts";
import { toFilmInputs } from "../input/sidecar.ts";
import type { Film } from "../input/stems.ts";
import { listSiblings } from "../storage/local/directory_walk.ts";
import { requireFilms } from "./films.ts";

/** Adds the sidecars of each input behind it, except for those that are inputs themselves. */
export async function addSidecars(inputs: readonly InputOptions[]): Promise<InputOptions[]> {
  const known = new Set(inputs.map(({ file }) => resolve(file)));
  const all: InputOptions[] = [];
  for (const input of inputs) {
    all.push(input);
    const film = await findFilm(input.file);
    for (const sidecar of film ? listSidecars(film, input.file) : []) {
      const path = resolve(sidecar.file);
      if (!known.has(path)) all.push(sidecar);
      known.add(path);
    }
  }
  return all;
}

/**
 * Returns undefined for a file that owns no film, and for one that does not exist.
 *
 * @throws MediaError that names the file if there are too many next to it
 */
async function findFilm(file: string): Promise<Film | undefined> {
  const names = await listSiblings(file);
  try {
    return requireFilms(names).find(({ owner }) => owner === basename(file));
  } catch (error) {
    throw error instanceof MediaError ? error.inFile(file) : error;
  }
}

function listSidecars(film: Film, file: string): InputOptions[] {
  const toFile = (name: string) => name === film.owner ? file : join(dirname(file), name);
  return toFilmInputs(film, toFile).slice(1);
}
