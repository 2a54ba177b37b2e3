interface CacheSlot<V> {
  readonly value: V;
  readonly size: number;
  used: boolean;
}

/** Cache bounded in bytes. Evicts by second chance (CLOCK), which approximates LRU at the cost of a lookup. */
export class Cache<V> {
  readonly #slots = new Map<string, CacheSlot<V>>(); // next candidate for eviction first
  #size = 0;

  /**
   * @param capacity in bytes; a single entry may exceed it
   * @param dropped receives each value that is evicted, deleted or replaced
   */
  constructor(readonly capacity: number, readonly dropped: (value: V) => void = () => {}) {}

  get size(): number {
    return this.#size;
  }

  get count(): number {
    return this.#slots.size;
  }

  get(key: string): V | undefined {
    const slot = this.#slots.get(key);
    if (!slot) return undefined;
    slot.used = true;
    return slot.value;
  }

  set(key: string, value: V, size: number): void {
    const previous = this.#slots.get(key);
    if (previous) this.#remove(key, previous, previous.value !== value);
    const added = { value, size, used: false };
    this.#slots.set(key, added);
    this.#size += size;
    this.#evict(added);
  }

  #evict(added: CacheSlot<V>): void {
    for (const [key, slot] of this.#slots) { // also visits slots that are moved to the end
      if (this.#size <= this.capacity || this.#slots.size === 1) return;
      if (slot !== added && !slot.used) {
        this.#remove(key, slot, true);
        continue;
      }
      slot.used = false;
      this.#slots.delete(key);
      this.#slots.set(key, slot);
    }
  }

  *entries(): Generator<[key: string, value: V]> {
    for (const [key, { value }] of this.#slots) yield [key, value];
  }

  delete(key: string): void {
    const slot = this.#slots.get(key);
    if (slot) this.#remove(key, slot, true);
  }

  clear(): void {
    for (const key of [...this.#slots.keys()]) this.delete(key);
  }

  #remove(key: string, { value, size }: CacheSlot<V>, drop: boolean): void {
    this.#slots.delete(key);
    this.#size -= size;
    if (drop) this.dropped(value);
  }
}
