/** Growing column, a single number while all are equal. */
export class Column<Values extends Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>> {
  #values: Values | undefined;
  #constant = 0;
  length = 0;

  constructor(readonly ArrayType: new (length: number) => Values) {}

  get isConstant(): boolean {
    return !this.#values;
  }

  at(index: number): number {
    return this.#values ? this.#values[index]! : this.#constant;
  }

  push(value: number): void {
    if (this.length === 0) this.#constant = value;
    if (!this.#values && value === this.#constant) this.length++;
    else this.#reserve()[this.length++] = value;
  }

  set(index: number, value: number): void {
    if (this.at(index) !== value) this.#reserve()[index] = value;
  }

  fill(first: number, into: Uint32Array | Int32Array): void {
    if (this.#values) into.set(this.#values.subarray(first, first + into.length));
    else into.fill(this.#constant);
  }

  isUniform(first: number, end: number): boolean {
    for (let i = first + 1; this.#values && i < end; i++) {
      if (this.#values[i] !== this.#values[first]) return false;
    }
    return true;
  }

  sum(first: number, end: number): number {
    if (!this.#values) return this.#constant * (end - first);
    let sum = 0;
    for (let i = first; i < end; i++) sum += this.#values[i]!;
    return sum;
  }

  #reserve(): Values {
    const old = this.#values;
    if (old && this.length < old.length) return old;
    const values = new this.ArrayType(Math.max(256, Math.ceil(1.5 * this.length)));
    if (old) values.set(old);
    else values.fill(this.#constant, 0, this.length);
    return this.#values = values;
  }
}
