import { MediaError } from "./errors.ts";

/** Reads bits, most significant first. A read past the end throws a MediaError. */
export class BitReader {
  position = 0;

  constructor(readonly bytes: Uint8Array) {}

  get left(): number {
    return 8 * this.bytes.length - this.position;
  }

  bit(): number {
    return this.bits(1);
  }

  /** @param count 0 to 32 */
  bits(count: number): number {
    if (count > this.left) {
      throw new MediaError(`Cannot read ${count} bits where ${this.left} are left`);
    }
    let value = 0;
    for (let left = count; left > 0;) {
      const available = 8 - (this.position & 7);
      const taken = Math.min(left, available);
      const byte = this.bytes[this.position >> 3]!;
      value = value * 2 ** taken + ((byte >> (available - taken)) & (2 ** taken - 1));
      this.position += taken;
      left -= taken;
    }
    return value;
  }

  skip(count: number): void {
    if (count > this.left) {
      throw new MediaError(`Cannot skip ${count} bits where ${this.left} are left`);
    }
    this.position += count;
  }

  /** Exp-Golomb code ue(v) (14496-10 §9.1). */
  ue(): number {
    let zeros = 0;
    while (this.bit() === 0) {
      if (++zeros > 31) throw new MediaError("Cannot read an Exp-Golomb code longer than 63 bits");
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** Exp-Golomb code se(v) (14496-10 §9.1.1). */
  se(): number {
    const code = this.ue();
    return code % 2 ? (code + 1) / 2 : -code / 2 + 0;
  }
}

/** Writes bits, most significant first. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #position = 0;

  /** @param count 0 to 32 */
  bits(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i--, this.#position++) {
      const index = this.#position >> 3;
      const bit = Math.floor(value / 2 ** i) % 2;
      this.#bytes[index] = (this.#bytes[index] ?? 0) | bit << (7 - (this.#position & 7));
    }
  }

  /** Returns whole bytes; the last is padded with zeros. */
  finish(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes);
  }
}

/** Removes the `03` from each `00 00 03` of a NAL unit (14496-10 §7.3.1). */
export function removeEmulationPrevention(nal: Uint8Array): Uint8Array {
  const out = new Uint8Array(nal.length);
  let length = 0;
  let zeros = 0;
  for (const byte of nal) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    out[length++] = byte;
  }
  return out.subarray(0, length);
}
