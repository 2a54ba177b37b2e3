/** The films of directories by the names of their files (input/stems.ts), read again when a directory has changed. */

import { Cache } from "../cache.ts";
import type { Film } from "../input/stems.ts";
import { groupInSteps } from "../input/stems.ts";
import { MAX_FILM_FILES } from "../input/sidecar.ts";
import { andThen, isPending, orElse } from "../maybe_async.ts";
import { SingleFlight } from "../single_flight.ts";
import type { StoredEntry, StoredFile } from "../storage/storage.ts";
import { WorkPauses } from "../work_pauses.ts";
import { MAX_ENTRIES, readVisibleEntries } from "./directory.ts";
import type { DocumentRoot } from "./document_root.ts";
import { type Fingerprint, formatFailure, MIN_DIRECTORY_AGE_MS } from "./fingerprint.ts";

const CAPACITY_BYTES = 4 * 2 ** 20;
const DIRECTORY_BYTES = 512;
const MEMBER_BYTES = 256;

/** A directory that has just changed is read again after this time, and not with each opened file. */
const REREAD_AFTER_MS = 1000;

/** Reading a directory that changes all the time takes at most a tenth of the time. */
const KEPT_PER_READ = 9;

interface DirectoryFilmList {
  readonly fingerprint: string;
  /** Films of several files, by their owners. */
  readonly films: ReadonlyMap<string, Film>;
  /** Infinity: until the directory changes. */
  readonly validUntil: number;
  /** Until then the list is used although the directory has changed. */
  readonly keptUntil: number;
}

/** A film, or why the directory cannot be read. */
type Found = Film | undefined | string;

interface FoundFilm {
  readonly film: Film | undefined;
  readonly fingerprint: Fingerprint;
}

export class DirectoryFilms {
  readonly #root: DocumentRoot;
  readonly #now: () => number;
  readonly #lists = new Cache<DirectoryFilmList>(CAPACITY_BYTES);
  readonly #reads = new SingleFlight<DirectoryFilmList>();

  /** @param now monotonic, in milliseconds */
  constructor(root: DocumentRoot, now: () => number) {
    this.#root = root;
    this.#now = now;
  }

  /**
   * Finds the film that a file owns: undefined if it has no sidecar, or if the directory cannot be read, since the file plays without.
   * The fingerprint changes when a member comes or goes, and not with other files.
   *
   * @param directory relative to the document root
   */
  async find(directory: string, name: string): Promise<FoundFilm> {
    let isOutdated = false;
    const find = () => {
      isOutdated = false;
      return andThen(this.#root.resolve(directory), (resolved) => {
        const list = this.#getList(directory, resolved);
        isOutdated = isPending(list);
        return andThen(list, ({ films }) => films.get(name));
      });
    };
    const findOrFail = () => orElse<Found>(find, formatFailure);
    const found = await findOrFail();
    const fingerprint = {
      value: formatFound(found),
      compute: () => andThen(findOrFail(), formatFound),
      isOutdated: () => isOutdated,
    };
    return { film: typeof found === "object" ? found : undefined, fingerprint };
  }

  #getList(
    directory: string,
    resolved: StoredFile,
  ): DirectoryFilmList | Promise<DirectoryFilmList> {
    const list = this.#lists.get(resolved.path);
    if (list && isFresh(list, resolved, this.#now())) return list;
    return this.#reads.run(
      `${resolved.fingerprint} ${resolved.path}`,
      () => this.#readList(directory, resolved),
    );
  }

  async #readList(directory: string, resolved: StoredFile): Promise<DirectoryFilmList> {
    const startedAt = this.#now();
    const entries = await readVisibleEntries(this.#root, directory, resolved);
    const names = entries.filter(({ name, kind }) => isCandidate(name, kind))
      .map(({ name }) => name);
    const films = entries.length > MAX_ENTRIES ? [] : await findFilms(names);
    const now = this.#now();
    const list = {
      fingerprint: resolved.fingerprint,
      films: new Map(films.map((film) => [film.owner, film])),
      validUntil: isSettled(resolved) ? Infinity : startedAt + REREAD_AFTER_MS,
      keptUntil: now + Math.min(KEPT_PER_READ * (now - startedAt), REREAD_AFTER_MS),
    };
    this.#lists.set(resolved.path, list, computeSize(films));
    return list;
  }
}

function isFresh(
  { fingerprint, validUntil, keptUntil }: DirectoryFilmList,
  resolved: StoredFile,
  now: number,
): boolean {
  return now < keptUntil || fingerprint === resolved.fingerprint && now < validUntil;
}

/** Lets other requests be served between the steps. */
async function findFilms(names: readonly string[]): Promise<Film[]> {
  const pauses = new WorkPauses();
  const steps = groupInSteps(names);
  let step = steps.next();
  for (; !step.done; step = steps.next()) await pauses.check();
  return step.value.filter(hasSidecars);
}

/** Files of other kinds, and names that no URL can have, belong to no film; what a link leads to is found when it is opened. */
function isCandidate(name: string, kind: StoredEntry["kind"]): boolean {
  return (kind === "file" || kind === "link") && !name.includes("\\");
}

function hasSidecars({ members }: Film): boolean {
  return members.length > 1 && members.length <= MAX_FILM_FILES;
}

function isSettled({ modifiedAtMs }: StoredFile): boolean {
  return modifiedAtMs !== undefined && Date.now() - modifiedAtMs > MIN_DIRECTORY_AGE_MS;
}

function formatFound(found: Found): string {
  if (typeof found !== "object") return found ?? "";
  return found.members.map(({ name, kind }) => `${kind} ${name}`).join("/");
}

function computeSize(films: readonly Film[]): number {
  return films.reduce((size, { members }) => size + MEMBER_BYTES * members.length, DIRECTORY_BYTES);
}
