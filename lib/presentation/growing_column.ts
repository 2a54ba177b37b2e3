const MIN_CAPACITY = 16;

/** A column to which values are appended. Views remain valid, and never change below their length. */
export class GrowingColumn {
  #values = new Float64Array(MIN_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  at(index: number): number {
    return this.#values[index]!;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** Removes the last value, which must not be in a view. */
  pop(): void {
    this.#length--;
  }

  /** Returns the first `length` values without copying them. */
  view(length: number): Float64Array {
    return this.#values.subarray(0, length);
  }

  /** Returns the values in memory of exactly their size. */
  copy(): Float64Array {
    return this.#values.slice(0, this.#length);
  }
}
