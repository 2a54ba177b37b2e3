/** What was learnt of files, kept in bounded memory for as long as they look the same. */

import { Cache } from "../cache.ts";
import { SingleFlight } from "../single_flight.ts";
import { type Fingerprint, isUnchangedFile } from "./asset.ts";

/** What was learnt, and how the files looked. */
export interface CachedFacts<V> {
  readonly value: V;
  /** Empty: it can't be told whether it is still so. */
  readonly sights: readonly Fingerprint[];
}

interface Kept<V> extends CachedFacts<V> {
  readonly since: number;
  checkedAt: number;
}

/** Nothing is looked at again for so long. In milliseconds. */
const FRESH = 1000;

/** Bytes that a value takes beside what its size says, roughly: sights of a few files. */
const OVERHEAD = 1024;

export interface RevalidatingCacheOptions<V> {
  /** In bytes. */
  readonly capacity: number;
  /** In bytes. */
  readonly sizeOf: (value: V) => number;
  /** It is learnt anew after so many milliseconds, however the files look. */
  readonly lifetime: number;
  /** In milliseconds, from any start. */
  readonly now: () => number;
}

export class RevalidatingCache<V> {
  readonly #kept: Cache<Kept<V>>;
  readonly #learning = new SingleFlight<Kept<V>>();
  readonly #options: RevalidatingCacheOptions<V>;

  constructor(options: RevalidatingCacheOptions<V>) {
    this.#options = options;
    this.#kept = new Cache(options.capacity);
  }

  /**
   * What is known under this key; else it is learnt now, once for all who ask at a time.
   *
   * @throws what `learn` throws: nothing is kept of it
   */
  async get(key: string, learn: () => Promise<CachedFacts<V>>): Promise<V> {
    const known = this.#kept.get(key);
    if (known && await this.#holds(known)) return known.value;
    const { value } = await this.#learning.run(key, () => this.#learn(key, learn));
    return value;
  }

  async #holds(known: Kept<V>): Promise<boolean> {
    const now = this.#options.now();
    if (now - known.checkedAt < FRESH) return true;
    if (now - known.since >= this.#options.lifetime || known.sights.length === 0) return false;
    if (!await isUnchangedFile(known.sights)) return false;
    known.checkedAt = now;
    return true;
  }

  async #learn(key: string, learn: () => Promise<CachedFacts<V>>): Promise<Kept<V>> {
    const since = this.#options.now(); // what changes while it is learnt shows at the next look
    const kept = { ...await learn(), since, checkedAt: since };
    this.#kept.set(key, kept, OVERHEAD + this.#options.sizeOf(kept.value));
    return kept;
  }
}
