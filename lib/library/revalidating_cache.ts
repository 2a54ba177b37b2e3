/** A cache of values that are valid while fingerprints of files are unchanged. */

import { Cache } from "../cache.ts";
import { SingleFlight } from "../single_flight.ts";
import { type Fingerprint, isUnchanged } from "./fingerprint.ts";

export interface LoadedValue<V> {
  readonly value: V;
  /** Empty if the value cannot be revalidated. */
  readonly fingerprints: readonly Fingerprint[];
  /** Default: that of the cache. */
  readonly maxAgeMs?: number;
}

interface CacheEntry<V> extends LoadedValue<V> {
  readonly loadedAt: number;
  checkedAt: number;
}

const REVALIDATE_AFTER_MS = 1000;

const ENTRY_OVERHEAD_BYTES = 1024;

export interface RevalidatingCacheOptions<V> {
  readonly capacityBytes: number;
  readonly computeBytes: (value: V) => number;
  /** Older values are loaded again, whatever their fingerprints. */
  readonly maxAgeMs: number;
  readonly now: () => number;
}

export class RevalidatingCache<V> {
  readonly #entries: Cache<CacheEntry<V>>;
  readonly #loads = new SingleFlight<CacheEntry<V>>();
  readonly #options: RevalidatingCacheOptions<V>;

  constructor(options: RevalidatingCacheOptions<V>) {
    this.#options = options;
    this.#entries = new Cache(options.capacityBytes);
  }

  /**
   * Loads a value once for concurrent calls. Failures are not cached.
   *
   * @throws what `load` throws
   */
  async get(key: string, load: () => Promise<LoadedValue<V>>): Promise<V> {
    const entry = this.#entries.get(key);
    if (entry && await this.#isValid(entry)) return entry.value;
    const { value } = await this.#loads.run(key, () => this.#load(key, load));
    return value;
  }

  async #isValid(entry: CacheEntry<V>): Promise<boolean> {
    const now = this.#options.now();
    if (now - entry.checkedAt < REVALIDATE_AFTER_MS) return true;
    const { maxAgeMs = this.#options.maxAgeMs, fingerprints } = entry;
    if (now - entry.loadedAt >= maxAgeMs || fingerprints.length === 0) return false;
    if (!await isUnchanged(fingerprints)) return false;
    entry.checkedAt = now;
    return true;
  }

  async #load(key: string, load: () => Promise<LoadedValue<V>>): Promise<CacheEntry<V>> {
    const loadedAt = this.#options.now(); // before loading, to notice changes meanwhile
    const entry = { ...await load(), loadedAt, checkedAt: loadedAt };
    this.#entries.set(key, entry, ENTRY_OVERHEAD_BYTES + this.#options.computeBytes(entry.value));
    return entry;
  }
}
