/** Presentations that are open, as many as there is room for; each as its files are, to the second. */

import { Cache } from "../cache.ts";
import { SingleFlight } from "../single_flight.ts";
import { AssetLoader } from "./asset_loader.ts";
import type { BuiltResource } from "../http/response.ts";
import type { DocumentRoot } from "./document_root.ts";
import { Asset, type Failure, isUnchangedFile } from "./asset.ts";

/** Files are looked at again when they were not for so long. In milliseconds. */
const REVALIDATE_AFTER_MS = 1000;

/** Where looking takes long, nobody waits for it who was here in the last so many milliseconds. */
const STALE_WHILE_REVALIDATE_MS = 10_000;

/** In bytes. */
const FAILURE_SIZE = 1024;

export interface LibraryOptions {
  readonly root: DocumentRoot;
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
type Known = Asset | Failure | undefined;

export class Library {
  readonly opener: AssetLoader;
  readonly #titles: Cache<Asset | Failure>;
  readonly #opening = new SingleFlight<Asset | Failure>();
  readonly #looking = new SingleFlight<Asset | Failure | undefined>();
  readonly #options: LibraryOptions;
  readonly #now: () => number;

  constructor(options: LibraryOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.opener = new AssetLoader({ ...options, now: this.#now });
    this.#titles = new Cache(options.capacity, (known) => {
      if (known instanceof Asset) known.drop();
    });
  }

  /**
   * The presentation of a package, a bare file or a folder, as it is now. Dispose of it after use.
   *
   * @param file relative to the root, with `/`
   * @throws RequestError, MediaError
   */
  open(file: string): Asset | Promise<Asset> {
    const known = this.#fresh(file);
    if (!(known instanceof Asset) || !known.use()) return this.#openLater(file, known);
    const loading = known.presentation.load();
    return loading ? releasedWhereItFails(known, loading) : known;
  }

  async #openLater(file: string, fresh: Known | Promise<Known>): Promise<Asset> {
    for (let known = await fresh;; known = await this.#fresh(file)) {
      known ??= await this.#opening.run(file, () => this.#open(file));
      if (!(known instanceof Asset)) throw known.error;
      if (!known.use()) continue; // it had to go before we came to use it
      const loading = known.presentation.load();
      return loading ? await releasedWhereItFails(known, loading) : known;
    }
  }

  /** Whether it is open, so that `open` costs next to nothing. */
  has(file: string): boolean {
    return this.#titles.get(file) instanceof Asset;
  }

  /** Keeps what was built of a title with it, for as long as there is room for the two. */
  keep(title: Asset, key: string, built: BuiltResource): void {
    title.built.set(key, built);
    this.#weigh(title);
  }

  /** The same for what a query selects of it, while few others are asked for. */
  keepSelected(title: Asset, key: string, built: BuiltResource): void {
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
    if (age < REVALIDATE_AFTER_MS) return known;
    const looking = this.#looking.get(file) ?? this.#look(file, known, now);
    return looking instanceof Promise && age < STALE_WHILE_REVALIDATE_MS ? known : looking;
  }

  /** Looks at the files: what is known is still so, or is forgotten. */
  #look(
    file: string,
    known: Asset | Failure,
    now: number,
  ): Known | Promise<Known> {
    const settle = (same: boolean) => {
      if (same) {
        known.checkedAt = now;
        if (known instanceof Asset) this.#weigh(known);
      } else if (this.#titles.get(file) === known) this.#titles.delete(file);
      return same ? known : undefined;
    };
    const same = known.sights.length > 0 && isUnchangedFile(known.sights);
    if (!(same instanceof Promise)) return settle(same);
    return this.#looking.run(file, () => same.then(settle, () => settle(false))); // whoever opens it anew will be told
  }

  async #open(file: string): Promise<Asset | Failure> {
    const known = await this.opener.open(file);
    const opened = known instanceof Asset;
    if (opened) {
      for (const warning of known.presentation.warnings) this.#options.warn(file, warning);
    }
    this.#titles.set(file, known, opened ? this.#sizeOf(known) : FAILURE_SIZE);
    return known;
  }

  /** Segments that were asked for, and what was built, have made it larger. */
  #weigh(title: Asset): void {
    if (this.#titles.get(title.file) !== title) return;
    this.#titles.set(title.file, title, this.#sizeOf(title));
  }

  /** In bytes; a title counts for at least its share of the files that may be open. */
  #sizeOf({ size, sights }: Asset): number {
    const { capacity, handles } = this.#options;
    return Math.max(size, sights.length * capacity / handles);
  }
}

/** Where storage has become slow, what is left in the files has to be there before anything is built. */
async function releasedWhereItFails(title: Asset, loading: Promise<unknown>): Promise<Asset> {
  try {
    await loading;
    return title;
  } catch (error) {
    title.release();
    throw error;
  }
}
