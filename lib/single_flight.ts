/** Identical requests at one moment are one piece of work. */

export class SingleFlight<V> {
  readonly #pending = new Map<string, Promise<V>>();

  /**
   * Does the work, or waits for it where it is under way. A failure reaches all who wait; nothing is kept.
   *
   * @param key names what the work gives
   */
  run(key: string, work: () => Promise<V>): Promise<V> {
    const known = this.#pending.get(key);
    if (known) return known;
    const done = work().finally(() => this.#pending.delete(key));
    this.#pending.set(key, done);
    return done;
  }

  /** What is under way. */
  get(key: string): Promise<V> | undefined {
    return this.#pending.get(key);
  }
}
