/** Coalesces concurrent work of the same key, like Go's `singleflight.Group`. */
export class SingleFlight<V> {
  readonly #pending = new Map<string, Promise<V>>();

  /** Starts the work, or joins it if it is in progress. A failure rejects all callers. */
  run(key: string, work: () => Promise<V>): Promise<V> {
    const pending = this.#pending.get(key);
    if (pending) return pending;
    const result = work().finally(() => this.#pending.delete(key));
    this.#pending.set(key, result);
    return result;
  }

  get(key: string): Promise<V> | undefined {
    return this.#pending.get(key);
  }
}
