import type { ByteReader, ByteWriter } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";
import { readVersion } from "../box.ts";
import type { RowRange } from "./moov_buffer.ts";
import { PagedTable, readRows } from "./paged_table.ts";
import { areEqual } from "./sample_table.ts";

const STRIDE = 512;

/** Longer ranges are scanned. */
const MAX_POINT_READS = 64;

export interface SampleSizesBox {
  readonly count: number;
  /** 0 if each sample has a row. */
  readonly constant: number;
  readonly bits: number;
  readonly bytes: Uint8Array;
}

export class SampleSizes {
  readonly count: number;
  readonly constant: number;
  readonly #bits: number;
  readonly #table: PagedTable;
  #sums: Float64Array | undefined;

  constructor({ count, constant, bits }: SampleSizesBox, table: PagedTable) {
    this.count = count;
    this.constant = constant;
    this.#bits = bits;
    this.#table = table;
  }

  at(index: number): number {
    switch (this.#bits) {
      case 32:
        return this.#table.u32(4 * index);
      case 16:
        return this.#table.u16(2 * index);
      case 8:
        return this.#table.u8(index);
      case 4:
        return (this.#table.u8(index >>> 1) >>> (index % 2 ? 0 : 4)) & 15;
      default:
        return this.constant;
    }
  }

  sum(first: number, end: number): number {
    if (this.#bits === 0) return this.constant * (end - first);
    if (end - first > STRIDE) return this.#sumBefore(end) - this.#sumBefore(first);
    if (end - first > MAX_POINT_READS) return this.#scan(first, end);
    let sum = 0;
    for (let i = first; i < end; i++) sum += this.at(i);
    return sum;
  }

  /** Returns the total sizes between consecutive indices, in one scan. */
  sums(ascending: Float64Array): Float64Array {
    const sums = new Float64Array(Math.max(0, ascending.length - 1));
    if (this.#bits !== 32) {
      return sums.map((_, i) => this.sum(ascending[i]!, ascending[i + 1]!));
    }
    let i = 0;
    this.#table.scan(4 * (ascending[0] ?? 0), 4 * (ascending.at(-1) ?? 0), (rows, at) => {
      for (let from = 0; from < rows.byteLength;) {
        const end = Math.min(4 * ascending[i + 1]! - at, rows.byteLength);
        sums[i]! += sumRows(rows, from, end);
        from = end;
        while (i < sums.length && at + from === 4 * ascending[i + 1]!) i++;
      }
    });
    return sums;
  }

  /** Lists the samples of 0 bytes. */
  findEmpty(): Float64Array {
    const found: number[] = [];
    if (this.#bits === 32) {
      this.#table.scan(0, 4 * this.count, (rows, at) => addZeroRows(found, rows, at / 4));
    } else if (this.#bits > 0) {
      for (let i = 0; i < this.count; i++) if (this.at(i) === 0) found.push(i);
    }
    return Float64Array.from(found);
  }

  toRowRanges(first: number, end: number): RowRange[] {
    const bits = this.#bits;
    return this.#table.toRowRanges(Math.floor(first * bits / 8), Math.ceil(end * bits / 8));
  }

  load(first: number, count: number): void {
    this.#table.load(
      Math.floor(first * this.#bits / 8),
      Math.ceil((first + count) * this.#bits / 8),
    );
  }

  fill(first: number, into: Uint32Array): void {
    if (this.#bits !== 32) {
      for (let i = 0; i < into.length; i++) into[i] = this.at(first + i);
      return;
    }
    for (let i = 0; i < into.length;) {
      const rows = this.#table.rowsFrom(4 * (first + i), 4);
      const end = Math.min(into.length, i + (rows.byteLength >> 2));
      for (let at = 0; i < end; at += 4) into[i++] = rows.getUint32(at);
    }
  }

  #scan(first: number, end: number): number {
    let sum = 0;
    if (this.#bits === 32) {
      this.#table.scan(4 * first, 4 * end, (rows) => sum += sumRows(rows, 0, rows.byteLength));
    } else for (let i = first; i < end; i++) sum += this.at(i);
    return sum;
  }

  #sumBefore(index: number): number {
    this.#sums ??= this.#computeCheckpoints();
    const i = Math.floor(index / STRIDE);
    return this.#sums[i]! + this.#scan(i * STRIDE, index);
  }

  #computeCheckpoints(): Float64Array {
    const indices = new Float64Array(Math.floor(this.count / STRIDE) + 1);
    for (let i = 0; i < indices.length; i++) indices[i] = i * STRIDE;
    const sums = new Float64Array(indices.length);
    const strideSums = this.#bits === 32
      ? this.sums(indices)
      : sums.subarray(1).map((_, i) => this.#scan(indices[i]!, indices[i + 1]!));
    for (const [i, sum] of strideSums.entries()) sums[i + 1] = sums[i]! + sum;
    return sums;
  }
}

/** Lists rows that are 0, which needs no byte order: a typed array is searched ten times as fast. */
function addZeroRows(found: number[], { buffer, byteOffset, byteLength }: DataView, first: number) {
  const aligned = byteOffset % 4 === 0 ? byteOffset : 0;
  const bytes = aligned === byteOffset ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
  const rows = new Uint32Array(bytes, aligned, byteLength / 4);
  for (let i = rows.indexOf(0); i >= 0; i = rows.indexOf(0, i + 1)) found.push(first + i);
}

/** Three times as fast as lookups. */
function sumRows(rows: DataView, from: number, end: number): number {
  let sum = 0;
  for (let at = from | 0; at < (end | 0); at += 4) sum += rows.getUint32(at); // integers, where columns of doubles are given
  return sum;
}

/** Sample Size (14496-12 §8.7.3.2). */
export function stsz(w: ByteWriter, sizes: Uint32Array = new Uint32Array()): void {
  const constant = sizes.length > 0 && areEqual(sizes) ? sizes[0]! : 0;
  w.fullBox("stsz", 0, 0, () => {
    w.u32(constant);
    w.u32(sizes.length);
    if (constant === 0) { for (const size of sizes) w.u32(size); }
  });
}

/** Sample Size (14496-12 §8.7.3.2). */
export function readStsz(r: ByteReader): SampleSizesBox {
  readVersion(r, 0);
  const constant = r.u32();
  const count = r.u32();
  if (constant > 0) return { count, constant, bits: 0, bytes: new Uint8Array() };
  return { count, constant, bits: 32, bytes: readRows(r, count, 4) };
}

/** Compact Sample Size (14496-12 §8.7.3.3). */
export function readStz2(r: ByteReader): SampleSizesBox {
  readVersion(r, 0);
  const bits = r.u32() & 255;
  if (bits !== 4 && bits !== 8 && bits !== 16) {
    throw new MediaError(`Cannot read sizes of ${bits} bits`);
  }
  const count = r.u32();
  return { count, constant: 0, bits, bytes: readRows(r, count, bits / 8) };
}
