/** What is kept is bounded in bytes; what has not been used for longest goes first. */

interface Entry<V> {
  readonly value: V;
  readonly size: number;
}

export class Cache<V> {
  readonly #entries = new Map<string, Entry<V>>(); // least recently used first
  #size = 0;

  /**
   * @param capacity in bytes. One entry alone may be larger: what is in use has to be somewhere
   * @param dropped called with each value that leaves, also one that another takes the place of
   */
  constructor(readonly capacity: number, readonly dropped: (value: V) => void = () => {}) {}

  /** Bytes of all entries. */
  get size(): number {
    return this.#size;
  }

  get count(): number {
    return this.#entries.size;
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Puts a value in, or says that one which is there has a new size; others make room. */
  set(key: string, value: V, size: number): void {
    const before = this.#entries.get(key);
    if (before) this.#remove(key, before, before.value !== value);
    this.#entries.set(key, { value, size });
    this.#size += size;
    for (const [other, entry] of this.#entries) {
      if (this.#size <= this.capacity || other === key) break;
      this.#remove(other, entry, true);
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry) this.#remove(key, entry, true);
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.delete(key);
  }

  #remove(key: string, { value, size }: Entry<V>, drop: boolean): void {
    this.#entries.delete(key);
    this.#size -= size;
    if (drop) this.dropped(value);
  }
}
