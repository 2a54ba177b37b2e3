/** Inputs of a film: the file that owns it, and its sidecars. */

import { omitUndefined } from "../omit_undefined.ts";
import { type InputOptions, roleApplies } from "./apply_options.ts";
import type { Film, FilmMember } from "./stems.ts";

/** A film of more files has none of them: each is open while the film is. */
export const MAX_FILM_FILES = 100;

/**
 * Returns the inputs of a film, the owner first.
 *
 * @param toFile returns the `file` of an input by its name
 */
export function toFilmInputs(
  { owner, members }: Film,
  toFile: (name: string) => string = (name) => name,
): InputOptions[] {
  return members.map((member) =>
    member.name === owner ? { file: toFile(owner) } : toSidecarInput(member, owner, toFile)
  );
}

/** Names of subtitle files are read with their content. */
function toSidecarInput(
  { name, kind, language, role, isDefault }: FilmMember,
  owner: string,
  toFile: (name: string) => string,
): InputOptions {
  const isAudio = kind === "audio";
  return omitUndefined({
    file: toFile(name),
    optional: true as const,
    sidecar: { owner: toFile(owner), kind, language },
    role: isAudio && role && roleApplies(role, "audio") ? role : undefined,
    default: isAudio && isDefault ? true : undefined,
  });
}
