const MIN_CAPACITY = 16;

/** Room for new values, in proportion to those that are there: the columns of a segment take at most 62 bytes. */
const GROWTH = 1.25;

type Values = Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** A column to which values are appended, and from whose start values are dropped. Views never change. */
export class WindowColumn<T extends Values = Float64Array<ArrayBuffer>> {
  readonly #create: (length: number) => T;
  #values: T;
  /** Values that were announced and are not there yet. */
  #reserved = 0;
  #start = 0;
  #end = 0;

  /** @param create returns an array of the type of the column */
  constructor(create: (length: number) => T) {
    this.#create = create;
    this.#values = create(MIN_CAPACITY);
  }

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

  /** Announces that as many values are pushed, so that the column grows once. */
  reserve(count: number): void {
    this.#reserved += count;
  }

  drop(count: number): void {
    this.#start += count;
  }

  /** Returns the first `length` values, by default all, without copying them. */
  view(length = this.length): T {
    return this.#values.subarray(this.#start, this.#start + length) as T;
  }

  /** Copies the values that are left, since views may share the memory of the others. */
  #move(): void {
    const { length } = this;
    const capacity = Math.max(MIN_CAPACITY, GROWTH * length, length + this.#reserved);
    const moved = this.#create(Math.ceil(capacity));
    this.#reserved = 0;
    moved.set(this.view());
    this.#values = moved;
    this.#start = 0;
    this.#end = length;
  }
}
