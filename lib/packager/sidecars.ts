/** Inputs that belong to others by their names. */

import { basename, dirname, join, resolve } from "@std/path";
import { UsageError } from "../cli/usage_error.ts";
import { MediaError } from "../errors.ts";
import type { InputOptions } from "../input/apply_options.ts";
import { toFilmInputs } from "../input/sidecar.ts";
import type { Film } from "../input/stems.ts";
import type { OriginConnections } from "../origins/origin_connections.ts";
import { parseRemotePath, type RemotePath, toRemoteUrl } from "../origins/remote_path.ts";
import { listRemoteSiblings } from "../origins/remote_siblings.ts";
import { listSiblings } from "../storage/local/directory_walk.ts";
import { requireFilms } from "./films.ts";

/**
 * Adds the sidecars of each input behind it, except for those that are inputs themselves.
 *
 * @throws UsageError for an input on a web server; MediaError that names the file
 */
export async function addSidecars(
  inputs: readonly InputOptions[],
  origins: OriginConnections,
): Promise<InputOptions[]> {
  const known = new Set(inputs.map(({ file }) => locate(file).path));
  const all: InputOptions[] = [];
  for (const input of inputs) {
    all.push(input);
    const place = locate(input.file);
    const film = await findFilm(place, origins, isOwner);
    for (const sidecar of film ? listSidecars(film, place) : []) {
      const { path } = locate(sidecar.file);
      if (!known.has(path)) all.push(sidecar);
      known.add(path);
    }
  }
  return all;
}

/** Warns of inputs that are sidecars of a file which is no input, and so bring none. */
export async function warnOtherOwners(
  inputs: readonly InputOptions[],
  origins: OriginConnections,
): Promise<string[]> {
  const known = new Set(inputs.map(({ file }) => locate(file).path));
  const warnings: string[] = [];
  for (const { file } of inputs) {
    const place = locate(file);
    const film = await findFilm(place, origins, isMember);
    if (!film || known.has(locate(place.toFile(film.owner)).path)) continue;
    warnings.push(
      `${place.shown}: belongs to ${film.owner}, which is no input, so its sidecars are not added`,
    );
  }
  return warnings;
}

/** A file of a command line. */
interface Place {
  readonly file: string;
  /** For messages. */
  readonly shown: string;
  /** Absent for a local file. */
  readonly remote?: RemotePath;
  /** Equal for the same file. */
  readonly path: string;
  readonly name: string;
  /** Returns another file of its directory, as a command line names it. */
  readonly toFile: (name: string) => string;
}

function locate(file: string): Place {
  const remote = parseRemotePath(file);
  if (!remote) {
    const toFile = (name: string) => join(dirname(file), name);
    return { file, shown: file, path: resolve(file), name: basename(file), toFile };
  }
  const [, directory, query = ""] = /^([^?]*\/)[^?]*(\?.*)?$/s.exec(file)!;
  const toFile = (name: string) => directory + name + query;
  const path = toRemoteUrl(remote);
  return { file, shown: path, remote, path, name: remote.name, toFile };
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
async function findFilm(
  place: Place,
  origins: OriginConnections,
  matches: Match,
): Promise<Film | undefined> {
  const names = await listNames(place, origins);
  try {
    return requireFilms(names).find((film) => matches(film, place.name));
  } catch (error) {
    throw error instanceof MediaError ? error.inFile(place.shown) : error;
  }
}

/** A key with a question mark cannot be named on a command line. */
async function listNames(
  { file, remote }: Place,
  origins: OriginConnections,
): Promise<readonly string[]> {
  if (!remote) return await listSiblings(file);
  if (remote.origin.kind === "s3") {
    return (await listRemoteSiblings(remote, origins)).filter((name) => !name.includes("?"));
  }
  throw new UsageError(
    "Cannot use --sidecars with http(s)://: web servers have no listings, so name each file",
  );
}

function listSidecars(film: Film, { file, toFile }: Place): InputOptions[] {
  return toFilmInputs(film, (name) => name === film.owner ? file : toFile(name)).slice(1);
}
