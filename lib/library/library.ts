/** Presentations that are open, as many as there is room for; each as its files are, to the second. */

import { Cache } from "../cache.ts";
import { Joint } from "../single_flight.ts";
import { Opener } from "./asset_loader.ts";
import type { Built } from "../http/response.ts";
import type { Root } from "./document_root.ts";
import { type Failure, looksSame, Title } from "./asset.ts";

/** Files are looked at again when they were not for so long. In milliseconds. */
const FRESH = 1000;

/** Where looking takes long, nobody waits for it who was here in the last so many milliseconds. */
const STALE = 10_000;

/** In bytes. */
const FAILURE_SIZE = 1024;

export interface LibraryOptions {
  readonly root: Root;
  /** Folders are presentations, too: their files together. */
  readonly folders: boolean;
  /** In bytes. */
  readonly capacity: number;
  /** Files that are open at a time. */
  readonly handles: number;
  /** Is told what the operator should know of a file that was opened. */
  readonly warn: (file: string, warning: string) => void;
  /** In milliseconds, from any start. */
  readonly now?: () => number;
}

/** What is known of a file, where anything is. */
type Known = Title | Failure | undefined;

export class Library {
  readonly opener: Opener;
  readonly #titles: Cache<Title | Failure>;
  readonly #opening = new Joint<Title | Failure>();
  readonly #looking = new Joint<Title | Failure | undefined>();
  readonly #options: LibraryOptions;
  readonly #now: () => number;

  constructor(options: LibraryOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.opener = new Opener({ ...options, now: this.#now });
    this.#titles = new Cache(options.capacity, (known) => {
      if (known instanceof Title) known.drop();
    });
  }

  /**
   * The presentation of a package, a bare file or a folder, as it is now. Dispose of it after use.
   *
   * @param file relative to the root, with `/`
   * @throws RequestError, MediaError
   */
  open(file: string): Title | Promise<Title> {
    const known = this.#fresh(file);
    if (!(known instanceof Title) || !known.use()) return this.#openLater(file, known);
    const loading = known.presentation.load();
    return loading ? releasedWhereItFails(known, loading) : known;
  }

  async #openLater(file: string, fresh: Known | Promise<Known>): Promise<Title> {
    for (let known = await fresh;; known = await this.#fresh(file)) {
      known ??= await this.#opening.do(file, () => this.#open(file));
      if (!(known instanceof Title)) throw known.error;
      if (!known.use()) continue; // it had to go before we came to use it
      const loading = known.presentation.load();
      return loading ? await releasedWhereItFails(known, loading) : known;
    }
  }

  /** Whether it is open, so that `open` costs next to nothing. */
  has(file: string): boolean {
    return this.#titles.get(file) instanceof Title;
  }

  /** Keeps what was built of a title with it, for as long as there is room for the two. */
  keep(title: Title, key: string, built: Built): void {
    title.built.set(key, built);
    this.#weigh(title);
  }

  /** The same for what a query selects of it, while few others are asked for. */
  keepSelected(title: Title, key: string, built: Built): void {
    title.keepSelected(key, built);
    this.#weigh(title);
  }

  close(): void {
    this.#titles.clear();
  }

  /** What is known and as its files are; a promise where it takes long to look. */
  #fresh(file: string): Known | Promise<Known> {
    const known = this.#titles.get(file);
    if (!known) return undefined;
    const now = this.#now();
    const age = now - known.checkedAt;
    if (age < FRESH) return known;
    const looking = this.#looking.get(file) ?? this.#look(file, known, now);
    return looking instanceof Promise && age < STALE ? known : looking;
  }

  /** Looks at the files: what is known is still so, or is forgotten. */
  #look(
    file: string,
    known: Title | Failure,
    now: number,
  ): Known | Promise<Known> {
    const settle = (same: boolean) => {
      if (same) {
        known.checkedAt = now;
        if (known instanceof Title) this.#weigh(known);
      } else if (this.#titles.get(file) === known) this.#titles.delete(file);
      return same ? known : undefined;
    };
    const same = known.sights.length > 0 && looksSame(known.sights);
    if (!(same instanceof Promise)) return settle(same);
    return this.#looking.do(file, () => same.then(settle, () => settle(false))); // whoever opens it anew will be told
  }

  async #open(file: string): Promise<Title | Failure> {
    const known = await this.opener.open(file);
    const opened = known instanceof Title;
    if (opened) {
      for (const warning of known.presentation.warnings) this.#options.warn(file, warning);
    }
    this.#titles.set(file, known, opened ? this.#sizeOf(known) : FAILURE_SIZE);
    return known;
  }

  /** Segments that were asked for, and what was built, have made it larger. */
  #weigh(title: Title): void {
    if (this.#titles.get(title.file) !== title) return;
    this.#titles.set(title.file, title, this.#sizeOf(title));
  }

  /** In bytes; a title counts for at least its share of the files that may be open. */
  #sizeOf({ size, sights }: Title): number {
    const { capacity, handles } = this.#options;
    return Math.max(size, sights.length * capacity / handles);
  }
}

/** Where storage has become slow, what is left in the files has to be there before anything is built. */
async function releasedWhereItFails(title: Title, loading: Promise<unknown>): Promise<Title> {
  try {
    await loading;
    return title;
  } catch (error) {
    title.release();
    throw error;
  }
}
