const MIN_CAPACITY = 16;

/** Room for new values, in proportion to those that are there: six columns of a segment take at most 60 bytes. */
const GROWTH = 1.25;

/** A column to which values are appended, and from whose start values are dropped. Views never change. */
export class WindowColumn {
  #values = new Float64Array(MIN_CAPACITY);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** Bytes in memory, without those of older views. */
  get residentBytes(): number {
    return this.#values.byteLength;
  }

  at(index: number): number {
    return this.#values[this.#start + index]!;
  }

  push(value: number): void {
    if (this.#end === this.#values.length) this.#move();
    this.#values[this.#end++] = value;
  }

  /** Replaces the last value. Costs as much as a copy if it changes. */
  replaceLast(value: number): void {
    if (this.at(this.length - 1) === value) return;
    this.#move();
    this.#values[this.#end - 1] = value;
  }

  drop(count: number): void {
    this.#start += count;
  }

  /** Returns the first `length` values, by default all, without copying them. */
  view(length = this.length): Float64Array {
    return this.#values.subarray(this.#start, this.#start + length);
  }

  /** Copies the values that are left, since views may share the memory of the others. */
  #move(): void {
    const { length } = this;
    const moved = new Float64Array(Math.max(MIN_CAPACITY, Math.ceil(GROWTH * length)));
    moved.set(this.view());
    this.#values = moved;
    this.#start = 0;
    this.#end = length;
  }
}
