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
    const film = await findFilm(input.file, isOwner);
    for (const sidecar of film ? listSidecars(film, input.file) : []) {
      const path = resolve(sidecar.file);
      if (!known.has(path)) all.push(sidecar);
      known.add(path);
    }
  }
  return all;
}

/** Warns of inputs that are sidecars of a file which is no input, and so bring none. */
export async function warnOtherOwners(inputs: readonly InputOptions[]): Promise<string[]> {
  const known = new Set(inputs.map(({ file }) => resolve(file)));
  const warnings: string[] = [];
  for (const { file } of inputs) {
    const film = await findFilm(file, isMember);
    if (!film || known.has(resolve(dirname(file), film.owner))) continue;
    warnings.push(
      `${file}: belongs to ${film.owner}, which is no input, so its sidecars are not added`,
    );
  }
  return warnings;
}

/** Whether a file of a film is the one that was named. */
type Match = (film: Film, name: string) => boolean;

const isOwner: Match = ({ owner }, name) => owner === name;
const isMember: Match = ({ members }, name) => members.some((member) => member.name === name);

/**
 * Returns undefined for a file that matches no film, and for one that does not exist.
 *
 * @throws MediaError that names the file if there are too many next to it
 */
async function findFilm(file: string, matches: Match): Promise<Film | undefined> {
  const names = await listSiblings(file);
  try {
    return requireFilms(names).find((film) => matches(film, basename(file)));
  } catch (error) {
    throw error instanceof MediaError ? error.inFile(file) : error;
  }
}

function listSidecars(film: Film, file: string): InputOptions[] {
  const toFile = (name: string) => name === film.owner ? file : join(dirname(file), name);
  return toFilmInputs(film, toFile).slice(1);
}
