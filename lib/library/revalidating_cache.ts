/** What was learnt of files, entry in bounded memory for as long as they look the same. */

import { Cache } from "../cache.ts";
import { SingleFlight } from "../single_flight.ts";
import { type Fingerprint, isUnchanged } from "./asset.ts";

/** What was learnt, and how the files looked. */
export interface LoadedValue<V> {
  readonly value: V;
  /** Empty: it can't be told whether it is still so. */
  readonly fingerprints: readonly Fingerprint[];
}

interface CacheEntry<V> extends LoadedValue<V> {
  readonly loadedAt: number;
  checkedAt: number;
}

/** Nothing is looked at again for so long. In milliseconds. */
const REVALIDATE_AFTER_MS = 1000;

/** Bytes that a value takes beside what its size says, roughly: fingerprints of a few files. */
const OVERHEAD = 1024;

export interface RevalidatingCacheOptions<V> {
  /** In bytes. */
  readonly capacity: number;
  /** In bytes. */
  readonly computeSize: (value: V) => number;
  /** It is learnt anew after so many milliseconds, however the files look. */
  readonly maxAge: number;
  /** In milliseconds, from any start. */
  readonly now: () => number;
}

export class RevalidatingCache<V> {
  readonly #entries: Cache<CacheEntry<V>>;
  readonly #loads = new SingleFlight<CacheEntry<V>>();
  readonly #options: RevalidatingCacheOptions<V>;

  constructor(options: RevalidatingCacheOptions<V>) {
    this.#options = options;
    this.#entries = new Cache(options.capacity);
  }

  /**
   * What is known under this key; else it is learnt now, once for all who ask at a time.
   *
   * @throws what `learn` throws: nothing is entry of it
   */
  async get(key: string, learn: () => Promise<LoadedValue<V>>): Promise<V> {
    const known = this.#entries.get(key);
    if (known && await this.#isValid(known)) return known.value;
    const { value } = await this.#loads.run(key, () => this.#load(key, learn));
    return value;
  }

  async #isValid(known: CacheEntry<V>): Promise<boolean> {
    const now = this.#options.now();
    if (now - known.checkedAt < REVALIDATE_AFTER_MS) return true;
    if (now - known.loadedAt >= this.#options.maxAge || known.fingerprints.length === 0) {
      return false;
    }
    if (!await isUnchanged(known.fingerprints)) return false;
    known.checkedAt = now;
    return true;
  }

  async #load(key: string, learn: () => Promise<LoadedValue<V>>): Promise<CacheEntry<V>> {
    const loadedAt = this.#options.now(); // what changes while it is learnt shows at the next look
    const entry = { ...await learn(), loadedAt, checkedAt: loadedAt };
    this.#entries.set(key, entry, OVERHEAD + this.#options.computeSize(entry.value));
    return entry;
  }
}
