/** Presentations that are open, as many as there is room for; each as its files are, to the second. */

import { Cache } from "../cache.ts";
import { SingleFlight } from "../single_flight.ts";
import { AssetLoader } from "./asset_loader.ts";
import type { BytesResource } from "../http/resource.ts";
import type { DocumentRoot } from "./document_root.ts";
import { Asset, isUnchanged, type LoadFailure } from "./asset.ts";

/** Files are looked at again when they were not for so long. In milliseconds. */
const REVALIDATE_AFTER_MS = 1000;

/** Where looking takes long, nobody waits for it who was here in the last so many milliseconds. */
const STALE_WHILE_REVALIDATE_MS = 10_000;

/** In bytes. */
const FAILURE_SIZE = 1024;

export interface LibraryOptions {
  readonly root: DocumentRoot;
  /** Folders are presentations, too: their files together. */
  readonly directories: boolean;
  /** In bytes. */
  readonly capacity: number;
  /** Files that are open at a time. */
  readonly maxOpenFiles: number;
  /** Is told what the operator should know of a file that was opened. */
  readonly warn: (file: string, warning: string) => void;
  /** In milliseconds, from any start. */
  readonly now?: () => number;
}

/** What is known of a file, where anything is. */
type Known = Asset | LoadFailure | undefined;

export class Library {
  readonly loader: AssetLoader;
  readonly #assets: Cache<Asset | LoadFailure>;
  readonly #loads = new SingleFlight<Asset | LoadFailure>();
  readonly #revalidations = new SingleFlight<Asset | LoadFailure | undefined>();
  readonly #options: LibraryOptions;
  readonly #now: () => number;

  constructor(options: LibraryOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.loader = new AssetLoader({ ...options, now: this.#now });
    this.#assets = new Cache(options.capacity, (known) => {
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
    const known = this.#getFresh(file);
    if (!(known instanceof Asset) || !known.acquire()) return this.#openAsync(file, known);
    const loading = known.presentation.load();
    return loading ? releaseOnError(known, loading) : known;
  }

  async #openAsync(file: string, fresh: Known | Promise<Known>): Promise<Asset> {
    for (let known = await fresh;; known = await this.#getFresh(file)) {
      known ??= await this.#loads.run(file, () => this.#load(file));
      if (!(known instanceof Asset)) throw known.error;
      if (!known.acquire()) continue; // it had to go before we came to use it
      const loading = known.presentation.load();
      return loading ? await releaseOnError(known, loading) : known;
    }
  }

  /** Whether it is open, so that `open` costs next to nothing. */
  isOpen(file: string): boolean {
    return this.#assets.get(file) instanceof Asset;
  }

  /** Keeps what was built of a asset with it, for as long as there is room for the two. */
  cacheResource(asset: Asset, key: string, built: BytesResource): void {
    asset.resources.set(key, built);
    this.#updateSize(asset);
  }

  /** The same for what a query selects of it, while few others are asked for. */
  cacheSelected(asset: Asset, key: string, built: BytesResource): void {
    asset.cacheSelected(key, built);
    this.#updateSize(asset);
  }

  close(): void {
    this.#assets.clear();
  }

  /** What is known and as its files are; a promise where it takes long to look. */
  #getFresh(file: string): Known | Promise<Known> {
    const known = this.#assets.get(file);
    if (!known) return undefined;
    const now = this.#now();
    const age = now - known.checkedAt;
    if (age < REVALIDATE_AFTER_MS) return known;
    const looking = this.#revalidations.get(file) ?? this.#revalidate(file, known, now);
    return looking instanceof Promise && age < STALE_WHILE_REVALIDATE_MS ? known : looking;
  }

  /** Looks at the files: what is known is still so, or is forgotten. */
  #revalidate(
    file: string,
    known: Asset | LoadFailure,
    now: number,
  ): Known | Promise<Known> {
    const settle = (same: boolean) => {
      if (same) {
        known.checkedAt = now;
        if (known instanceof Asset) this.#updateSize(known);
      } else if (this.#assets.get(file) === known) this.#assets.delete(file);
      return same ? known : undefined;
    };
    const same = known.fingerprints.length > 0 && isUnchanged(known.fingerprints);
    if (!(same instanceof Promise)) return settle(same);
    return this.#revalidations.run(file, () => same.then(settle, () => settle(false))); // whoever opens it anew will be told
  }

  async #load(file: string): Promise<Asset | LoadFailure> {
    const known = await this.loader.load(file);
    const opened = known instanceof Asset;
    if (opened) {
      for (const warning of known.presentation.warnings) this.#options.warn(file, warning);
    }
    this.#assets.set(file, known, opened ? this.#computeSize(known) : FAILURE_SIZE);
    return known;
  }

  /** Segments that were asked for, and what was built, have made it larger. */
  #updateSize(asset: Asset): void {
    if (this.#assets.get(asset.file) !== asset) return;
    this.#assets.set(asset.file, asset, this.#computeSize(asset));
  }

  /** In bytes; a asset counts for at least its share of the files that may be open. */
  #computeSize({ size, fingerprints }: Asset): number {
    const { capacity, maxOpenFiles } = this.#options;
    return Math.max(size, fingerprints.length * capacity / maxOpenFiles);
  }
}

/** Where storage has become slow, what is left in the files has to be there before anything is built. */
async function releaseOnError(asset: Asset, loading: Promise<unknown>): Promise<Asset> {
  try {
    await loading;
    return asset;
  } catch (error) {
    asset.release();
    throw error;
  }
}
