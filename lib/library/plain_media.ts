/** Opens media files and directories without a package: with the files that belong to them by name. */

import { MediaError } from "../errors.ts";
import type { InputOptions } from "../input/apply_options.ts";
import { toFilmInputs } from "../input/sidecar.ts";
import type { Film, FilmMember } from "../input/stems.ts";
import { lastAsLong, measureSeconds } from "../presentation/durations.ts";
import { type InputListener, openInputs } from "../presentation/open.ts";
import type { OpenedPresentation } from "../presentation/open.ts";
import type { StoredFile } from "../storage/storage.ts";
import { DEFAULT_SEGMENT_SECONDS, getDirectory, getFileName } from "../url/path.ts";
import { type HaveSamePolicy, OtherPolicyError } from "./access_policy.ts";
import { joinPath } from "./directory.ts";
import type { DirectoryFilms } from "./directory_films.ts";
import { type DocumentRoot, resolveIfAccessible } from "./document_root.ts";
import { type Fingerprint, takeFingerprint } from "./fingerprint.ts";
import { createOpenSource, type OpenedFiles } from "./open_source.ts";
import { findCombination, listPlayableFiles, notPlayable, notTogether } from "./playable_files.ts";

const PLAIN_FILES = { segmentDuration: DEFAULT_SEGMENT_SECONDS, maxProbes: 16 };

interface PlainMediaOptions {
  readonly root: DocumentRoot;
  /** Absent: each file is played alone. */
  readonly films: DirectoryFilms | undefined;
  readonly haveSamePolicy: HaveSamePolicy;
}

/** A storage that fails may work again, while the fingerprint of the file remains. */
const UNREADABLE: Fingerprint = { value: "unreadable", compute: () => "" };

export class PlainMedia {
  readonly #options: PlainMediaOptions;

  constructor(options: PlainMediaOptions) {
    this.#options = options;
  }

  /** Opens a media file with its sidecars. @throws RequestError, MediaError */
  async openFile(file: string, opened: OpenedFiles): Promise<OpenedPresentation> {
    const { root, films } = this.#options;
    const { fingerprints } = opened;
    const directory = getDirectory(file);
    const name = getFileName(file);
    const { sidecars = true } = root.storage.getTraits?.(file) ?? {};
    const found = sidecars ? await films?.find(directory, name) : undefined;
    try {
      const film = found?.film && await this.#selectMembers(found.film, file, fingerprints);
      return await openInputs(film ? toFilmInputs(film) : [{ file: name }], {
        ...PLAIN_FILES,
        open: createOpenSource(root, opened, (it) => root.resolve(joinPath(directory, it))),
        onLeftOut: (error) => noticeUnreadable(error, fingerprints),
      });
    } finally {
      if (found) fingerprints.push(found.fingerprint); // the last one, since it may have to read the directory
    }
  }

  /**
   * Opens the files of a directory, following links: a film, or files that last as long as each other.
   *
   * @throws RequestError `NOT_FOUND` if they make up no presentation, `TOKEN_PATH`; MediaError if none can be played
   */
  async openDirectory(
    directory: string,
    resolved: StoredFile,
    fingerprints: Fingerprint[],
  ): Promise<OpenedPresentation> {
    const { root } = this.#options;
    const paths = new Map<string, string>();
    for (const name of await listPlayableFiles(root, directory, resolved)) {
      const file = joinPath(directory, name);
      this.#requireSamePolicy(directory, file);
      fingerprints.push(await takeFingerprint((options) => root.resolve(file, options)));
      const target = await resolveIfAccessible(root, file);
      if (target?.kind === "file") paths.set(name, target.path);
    }
    if (paths.size === 0) throw notPlayable(directory, 0);
    const inputs = toDirectoryInputs(directory, [...paths.keys()]);
    return await openInputs(inputs, {
      ...PLAIN_FILES,
      open: (name) => root.storage.open(paths.get(name)!, name),
      hasChapters: inputs.some(({ sidecar }) => sidecar), // else of one of several files
      onInput: requireSameDuration(directory),
      onLeftOut: (error) => noticeUnreadable(error, fingerprints),
    });
  }

  #requireSamePolicy(asset: string, file: string): void {
    if (!this.#options.haveSamePolicy(asset, file)) throw new OtherPolicyError(asset, file);
  }

  /** Returns the film without the sidecars that clients of the file may not have; undefined if none is left. */
  async #selectMembers(
    film: Film,
    file: string,
    fingerprints: Fingerprint[],
  ): Promise<Film | undefined> {
    const directory = getDirectory(file);
    const members: FilmMember[] = [];
    for (const member of film.members) {
      const path = joinPath(directory, member.name);
      const isUsable = path === file || await this.#isUsable(file, path, fingerprints);
      if (isUsable) members.push(member);
    }
    return members.length > 1 ? { ...film, members } : undefined;
  }

  /** Returns false for a sidecar of another policy, and for links that lead outside or to no file. */
  async #isUsable(file: string, sidecar: string, fingerprints: Fingerprint[]): Promise<boolean> {
    const { root, haveSamePolicy } = this.#options;
    if (!haveSamePolicy(file, sidecar)) return false;
    fingerprints.push(await takeFingerprint((options) => root.resolve(sidecar, options)));
    try {
      return (await resolveIfAccessible(root, sidecar))?.kind === "file";
    } catch (error) {
      if (error instanceof MediaError) return true; // opening it reports the error
      throw error;
    }
  }
}

/** @throws RequestError `NOT_FOUND` */
function toDirectoryInputs(directory: string, names: readonly string[]): InputOptions[] {
  const combination = findCombination(names);
  if (combination === "series") throw notTogether(directory, "they are a series");
  if (combination !== "files") return toFilmInputs(combination);
  return names.map((file) => ({ file, optional: true }));
}

/** Creates a function that throws for a file which lasts longer or shorter than the first; sidecars are left out where they are read. */
function requireSameDuration(directory: string): InputListener {
  let first: { readonly file: string; readonly seconds: number } | undefined;
  return async ({ file, sidecar }, inputs) => {
    const seconds = sidecar ? 0 : await measureSeconds(inputs);
    if (seconds === 0) return;
    first ??= { file, seconds };
    if (lastAsLong(seconds, first.seconds)) return;
    const [a, b] = [seconds, first.seconds].map((value) => +value.toFixed(3));
    throw notTogether(directory, `'${file}' lasts ${a} s, '${first.file}' ${b} s`);
  };
}

function noticeUnreadable(error: unknown, fingerprints: Fingerprint[]): void {
  if (error instanceof MediaError && error.code === "MEDIA_READ") fingerprints.push(UNREADABLE);
}
