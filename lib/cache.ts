/**
 * What is kept is bounded in bytes. What goes first is what came first and has not been used since it was last spared: near
 * enough to what has not been used for longest, and a use costs no more than a look.
 */

interface CacheSlot<V> {
  readonly value: V;
  readonly size: number;
  /** It is spared once. */
  used: boolean;
}

export class Cache<V> {
  readonly #entries = new Map<string, CacheSlot<V>>(); // what goes first is first
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
    entry.used = true;
    return entry.value;
  }

  /** Puts a value in, or says that one which is there has a new size; others make room. */
  set(key: string, value: V, size: number): void {
    const before = this.#entries.get(key);
    if (before) this.#remove(key, before, before.value !== value);
    const added = { value, size, used: false };
    this.#entries.set(key, added);
    this.#size += size;
    this.#makeRoom(added);
  }

  #makeRoom(added: CacheSlot<V>): void {
    for (const [key, entry] of this.#entries) { // what is put at the end meanwhile comes by as well
      if (this.#size <= this.capacity || this.#entries.size === 1) return;
      if (entry !== added && !entry.used) {
        this.#remove(key, entry, true);
        continue;
      }
      entry.used = false;
      this.#entries.delete(key);
      this.#entries.set(key, entry);
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry) this.#remove(key, entry, true);
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.delete(key);
  }

  #remove(key: string, { value, size }: CacheSlot<V>, drop: boolean): void {
    this.#entries.delete(key);
    this.#size -= size;
    if (drop) this.dropped(value);
  }
}
