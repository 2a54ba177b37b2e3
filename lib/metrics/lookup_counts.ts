/** Numbers of lookups in a cache that found an entry, and that found none. */
export interface LookupDelta {
  readonly hits: number;
  readonly misses: number;
}

export class LookupCounts {
  #hits = 0;
  #misses = 0;

  add(found: boolean): void {
    if (found) this.#hits++;
    else this.#misses++;
  }

  /** Returns what was counted since the last call. */
  take(): LookupDelta {
    const delta = { hits: this.#hits, misses: this.#misses };
    this.#hits = this.#misses = 0;
    return delta;
  }
}
