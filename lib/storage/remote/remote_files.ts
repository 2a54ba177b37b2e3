/** What is known of the files of a mount, and when the origin was asked for the last time. */

import { RequestError } from "../../errors.ts";
import type { StoredEntry } from "../storage.ts";
import { type Doubt, raiseDoubt, requireHonest, settleDoubt } from "./doubt.ts";
import { KnownListings } from "./known_listings.ts";
import type { RangeReader, RemoteEntry, RemoteFile } from "./range_reader.ts";
import type { TimeoutClock } from "../../timeout_clock.ts";
import { SharedFlight } from "../../shared_work.ts";

/** Without an entry there is nothing at the path. */
export type FoundEntry =
  | { readonly kind: "file"; readonly file: RemoteFile }
  /** The digest changes with what is in it; absent: it was not listed. */
  | { readonly kind: "directory"; readonly digest?: string | undefined }
  | undefined;

interface KnownPath {
  readonly entry: FoundEntry;
  /** When the last successful look began. */
  checkedAt: number;
  /** When a look began, whatever came of it. */
  attemptedAt: number;
  /** A look begins when the file is no longer fresh. */
  isScheduled?: boolean;
  /** Absent: no read has contradicted what is known. */
  doubt?: Doubt | undefined;
}

/** Callers wait for a look if the last one was longer ago. */
const MAX_STALE_MS = 60_000;

/** What callers require at once, and what is no file, is looked up at most once a second. */
const MIN_CHECK_MS = 1000;

const MAX_KNOWN = 2 ** 16;

/** In characters of paths and ETags: clients name what is not there at any length. */
const MAX_KNOWN_LENGTH = 2 ** 24;

export interface RemoteFilesOptions {
  readonly reader: RangeReader;
  /** What is known of a file counts as fresh for so long. */
  readonly freshMs: number;
  readonly clock: TimeoutClock;
  /** Receives a version of a file that was not known, and its start. */
  readonly onVersion: (file: RemoteFile, head: Uint8Array) => void;
  /** Returns what was known of a file before a restart: a strong validator. */
  readonly restore: (path: string) => Promise<RemoteFile | undefined>;
}

export interface LookOptions {
  /** The caller goes away. */
  readonly signal: AbortSignal;
  /** Looks at once, but at most once a second. */
  readonly mustCheck?: boolean | undefined;
}

/** Methods reject with errors of the reader, and with the reason of the signal when that aborts. */
export class RemoteFiles {
  readonly #options: RemoteFilesOptions;
  /** The least recently checked comes first. */
  readonly #known = new Map<string, KnownPath>();
  #knownLength = 0;
  readonly #looks = new SharedFlight<FoundEntry>();
  readonly #lists = new SharedFlight<readonly StoredEntry[] | undefined>();
  readonly #listings = new KnownListings();

  constructor(options: RemoteFilesOptions) {
    this.#options = options;
  }

  /** Returns what is at the path. Asks the origin alongside if that is not fresh, and before if it is older than a minute. */
  async stat(path: string, { signal, mustCheck = false }: LookOptions): Promise<FoundEntry> {
    const options = { signal, mustCheck };
    if (path === "") return await this.#statRoot(options);
    const known = this.#known.get(path);
    if (known) {
      const { clock, freshMs } = this.#options;
      const age = clock.now() - known.checkedAt;
      const isFile = known.entry?.kind === "file";
      const isShort = mustCheck || !known.entry;
      const maxAge = isShort ? Math.min(freshMs, MIN_CHECK_MS) : freshMs;
      if (age < maxAge) {
        if (isFile) this.#schedule(path, known, freshMs - age);
        return known.entry;
      }
      if (isFile && !mustCheck && age < MAX_STALE_MS) {
        this.#lookAlongside(path, known);
        return known.entry;
      }
    }
    return await this.#looks.run(path, signal, (signal) => this.#look(path, { signal, mustCheck }));
  }

  /** Lists the root again only if it was listed before, since many origins list nothing. */
  async #statRoot(options: LookOptions): Promise<FoundEntry> {
    if (this.#listings.get("")) await this.list("", options);
    return { kind: "directory", digest: this.#listings.get("")?.digest };
  }

  /** Lists a directory, as it was a few seconds ago. Its files need no look of their own where the listing has strong ETags. */
  async list(
    path: string,
    { signal, mustCheck }: LookOptions,
  ): Promise<readonly StoredEntry[] | undefined> {
    const known = this.#listings.get(path);
    const { clock, freshMs } = this.#options;
    const maxAge = mustCheck ? Math.min(freshMs, MIN_CHECK_MS) : freshMs;
    if (known && clock.now() - known.checkedAt < maxAge) return known.entries;
    return await this.#lists.run(path, signal, (signal) => this.#list(path, signal));
  }

  async #list(path: string, signal: AbortSignal): Promise<readonly StoredEntry[] | undefined> {
    const { reader, clock } = this.#options;
    const since = clock.now();
    const entries = await reader.list(path, signal);
    this.#listings.set(path, entries, since);
    for (const entry of entries ?? []) {
      const file = toFile(path === "" ? entry.name : `${path}/${entry.name}`, entry);
      if (!file) continue;
      if (this.#findVersion(file)) this.confirm(file, since);
      else {this.#add(file.path, {
          entry: { kind: "file", file },
          checkedAt: since,
          attemptedAt: since,
        });}
    }
    return this.#listings.get(path)?.entries;
  }

  /** The origin confirmed a version in response to a request that began at `since`. */
  confirm(file: RemoteFile, since: number): void {
    const known = this.#findVersion(file);
    if (!known) return;
    known.checkedAt = Math.max(known.checkedAt, since);
    known.doubt = undefined;
    this.#add(file.path, known); // the last one
  }

  /** The origin has another version: the next caller waits for a look. */
  drop(file: RemoteFile): void {
    const known = this.#findVersion(file);
    if (!known) return;
    known.checkedAt = -Infinity;
    known.doubt = raiseDoubt(known.doubt);
  }

  #findVersion(file: RemoteFile): KnownPath | undefined {
    const known = this.#known.get(file.path);
    const isSame = known?.entry?.kind === "file" && isSameVersion(known.entry.file, file);
    return isSame ? known : undefined;
  }

  /** Looks at a file that is in use as soon as it is no longer fresh: the caller after that gets what was found. */
  #schedule(path: string, known: KnownPath, ms: number): void {
    if (known.isScheduled) return;
    known.isScheduled = true;
    const { clock, freshMs } = this.#options;
    clock.start(() => {
      known.isScheduled = false;
      const isDue = clock.now() - known.checkedAt >= freshMs; // else a read confirmed it
      if (isDue && this.#known.get(path) === known) this.#lookAlongside(path, known);
    }, ms);
  }

  #lookAlongside(path: string, known: KnownPath): void {
    const { clock, freshMs } = this.#options;
    if (this.#looks.has(path) || clock.now() - known.attemptedAt < freshMs) return;
    known.attemptedAt = clock.now();
    const { signal } = new AbortController(); // no caller waits for it
    this.#looks.run(path, signal, (signal) => this.#look(path, { signal }))
      .catch(() => {}); // the reader counts failures, and callers wait for a look after a minute
  }

  async #look(path: string, options: LookOptions): Promise<FoundEntry> {
    const { reader, clock, onVersion, restore } = this.#options;
    const checkedAt = clock.now();
    const { entry, doubt } = this.#known.get(path) ?? {};
    const { signal } = options;
    requireHonest(doubt, path, checkedAt);
    const directory = entry?.kind === "directory" && await this.#findDirectory(path, options);
    if (directory) return this.#find(path, directory, checkedAt);
    const known = entry?.kind === "file" ? entry.file : await restore(path);
    const opened = await reader.open(path, signal, doubt?.isNew ? undefined : known);
    if (opened && opened.file !== known) onVersion(opened.file, opened.head);
    const isSame = known !== undefined && opened && isSameVersion(opened.file, known);
    if (doubt?.isNew && isSame) return this.#findAgain(path, entry, settleDoubt(doubt, checkedAt));
    const found: FoundEntry = opened
      ? { kind: "file", file: opened.file }
      : await this.#findDirectory(path, options);
    return this.#find(path, found, checkedAt);
  }

  #find(path: string, entry: FoundEntry, checkedAt: number): FoundEntry {
    this.#add(path, { entry, checkedAt, attemptedAt: checkedAt });
    return entry;
  }

  /** The origin has the file of which reads say that it has not. @throws SourceError */
  #findAgain(path: string, entry: FoundEntry, doubt: Doubt): FoundEntry {
    const { since } = doubt;
    this.#add(path, { entry, checkedAt: -Infinity, attemptedAt: since, doubt });
    requireHonest(doubt, path, since);
    this.#add(path, { entry, checkedAt: since, attemptedAt: since, doubt });
    return entry;
  }

  async #findDirectory(path: string, options: LookOptions): Promise<FoundEntry> {
    try {
      await this.list(path, options);
      const listing = this.#listings.get(path);
      return listing && { kind: "directory", digest: listing.digest };
    } catch (error) {
      if (error instanceof RequestError && error.code === "NOT_FOUND") return undefined; // an origin without listings
      throw error;
    }
  }

  #add(path: string, known: KnownPath): void {
    this.#remove(path);
    this.#known.set(path, known);
    this.#knownLength += getLength(path, known);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_KNOWN && this.#knownLength <= MAX_KNOWN_LENGTH) return;
      this.#remove(oldest);
    }
  }

  #remove(path: string): void {
    const known = this.#known.get(path);
    if (known && this.#known.delete(path)) this.#knownLength -= getLength(path, known);
  }
}

function getLength(path: string, { entry }: KnownPath): number {
  return path.length + (entry?.kind === "file" ? entry.file.etag?.length ?? 0 : 0);
}

function toFile(path: string, entry: RemoteEntry): RemoteFile | undefined {
  const { kind, size, etag, modifiedAtMs } = entry;
  if (kind !== "file" || size === undefined || !isStrong(etag)) return undefined;
  const seconds = modifiedAtMs === undefined ? undefined : Math.floor(modifiedAtMs / 1000); // as in Last-Modified
  return { path, size, etag, modifiedAtMs: seconds === undefined ? undefined : 1000 * seconds };
}

/** Identifies a version of a file among all of a mount. */
export function formatVersion({ path, size, etag, modifiedAtMs }: RemoteFile): string {
  const isDated = !isStrong(etag);
  return [path, size, etag ?? "", isDated ? modifiedAtMs ?? "" : ""].join("\n");
}

export function isSameVersion(a: RemoteFile, b: RemoteFile): boolean {
  return formatVersion(a) === formatVersion(b);
}

/** Returns whether an ETag differs for any other content (RFC 9110 §8.8.1). */
export function isStrong(etag: string | undefined): etag is string {
  return etag !== undefined && !etag.startsWith("W/");
}
