/** Reads the RBSP of a NAL unit in place (14496-10 §7.3.1, 23008-2 §7.3.1.1). */

import { MediaError } from "../../errors.ts";

/**
 * Reads bits, most significant first, and skips emulation prevention bytes when it reaches them, so that the position in the NAL
 * unit is known and large units need no copy. A read past the end throws a MediaError.
 */
export class NalBitReader {
  /** Offset of the next byte. */
  #next = 0;
  #byte = 0;
  #bitsLeft = 0;

  constructor(readonly nal: Uint8Array) {}

  /** Bytes of which bits were read, including emulation prevention bytes before the last of them. */
  get bytesRead(): number {
    return this.#next;
  }

  get isAligned(): boolean {
    return this.#bitsLeft === 0;
  }

  bit(): number {
    if (this.#bitsLeft === 0) this.#load();
    return (this.#byte >> --this.#bitsLeft) & 1;
  }

  flag(): boolean {
    return this.bit() === 1;
  }

  /** @param count 0 to 32 */
  bits(count: number): number {
    let value = 0;
    for (let left = count; left > 0;) {
      if (this.#bitsLeft === 0) this.#load();
      const taken = Math.min(left, this.#bitsLeft);
      this.#bitsLeft -= taken;
      left -= taken;
      value = value * (1 << taken) + ((this.#byte >> this.#bitsLeft) & ((1 << taken) - 1)); // a power takes ten times as long
    }
    return value;
  }

  skip(count: number): void {
    for (let left = count; left > 0; left -= 32) this.bits(Math.min(left, 32));
  }

  /** Exp-Golomb code ue(v) (14496-10 §9.1). */
  ue(): number {
    let zeros = 0;
    while (this.bit() === 0) {
      if (++zeros > 31) throw new MediaError("Cannot read an Exp-Golomb code longer than 63 bits");
    }
    return zeros === 0 ? 0 : 2 ** zeros - 1 + this.bits(zeros);
  }

  /** Exp-Golomb code se(v) (14496-10 §9.1.1). */
  se(): number {
    const code = this.ue();
    return code % 2 ? (code + 1) / 2 : -code / 2 + 0;
  }

  #load(): void {
    const { nal } = this;
    const at = this.#next;
    const isEmulationPrevention = at >= 2 && nal[at] === 3 && nal[at - 1] === 0 &&
      nal[at - 2] === 0;
    this.#next += isEmulationPrevention ? 2 : 1;
    if (this.#next > nal.length) {
      throw new MediaError(`Cannot read past the ${nal.length} bytes of the NAL unit`);
    }
    this.#byte = nal[this.#next - 1]!;
    this.#bitsLeft = 8;
  }
}
