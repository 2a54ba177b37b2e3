const MIN_CAPACITY = 65536;

const GROWTH = 4;

/** In bytes: who has sent so much gets the rest at once. Memory that was not written is not resident. */
const MAX_GROWN = 2 ** 20;

/** Collects up to `size` bytes. Memory follows what was appended: a publisher may declare any size. */
export class GrowingBuffer {
  readonly #size: number;
  readonly #minCapacity: number;
  #memory = new Uint8Array();
  #length = 0;

  /** @param minCapacity bytes that the first part occupies at least, if `size` is not less */
  constructor(size: number, minCapacity = MIN_CAPACITY) {
    this.#size = size;
    this.#minCapacity = minCapacity;
  }

  get length(): number {
    return this.#length;
  }

  /** @param part within what is left of `size` */
  append(part: Uint8Array): void {
    const length = this.#length + part.length;
    if (length > this.#memory.length) this.#reserve(length);
    this.#memory.set(part, this.#length);
    this.#length = length;
  }

  /** Frees the memory; bytes that were returned cannot be used any more. */
  free(): void {
    this.#memory.buffer.transfer(0);
  }

  /** The bytes so far, without a copy: valid until more are appended. */
  get bytes(): Uint8Array {
    return this.#memory.subarray(0, this.#length);
  }

  #reserve(length: number): void {
    const capacity = length > MAX_GROWN
      ? this.#size
      : Math.max(length, GROWTH * this.#memory.length, this.#minCapacity);
    const memory = new Uint8Array(Math.min(this.#size, capacity)); // transfer() would write all of it
    memory.set(this.bytes);
    this.free();
    this.#memory = memory;
  }
}
