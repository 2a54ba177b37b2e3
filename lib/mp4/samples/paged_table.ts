/** Rows of a table in the head of a movie: in memory, or still in the file. */

import type { ByteReader } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";
import type { MoovBuffer } from "./moov_buffer.ts";

/** Bytes around a place that was looked at: few where the last look was far away, and twice as many as then where it was near. */
const MAX_WINDOW = 32768;
const MIN_WINDOW = 4096;

/** Bytes that a scan reads at a time: rows of 4, 8 and 12 bytes fit in. Small enough for the processor's cache. */
const SCAN_SIZE = 24 * 8192;
let scanBuffer: Uint8Array | undefined;

export class PagedTable {
  /** In bytes. */
  readonly length: number;
  /** All rows, of which those that are not in memory are 0. */
  readonly #view: DataView;
  /** What the rows are in; undefined: all of them are in memory. */
  readonly #moov: MoovBuffer | undefined;
  readonly #offset: number;
  /** What looks fall into, most often: the table from `#from` up to, not with, `#to`. */
  #window: DataView;
  #windowStart = 0;
  #windowEnd: number;
  /** What is read to be looked at, and not kept. */
  #readBuffer: Uint8Array<ArrayBuffer> | undefined;

  /** @param bytes of the rows, in those of `head` where that is given */
  constructor(bytes: Uint8Array, moov?: MoovBuffer) {
    this.length = bytes.length;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#moov = moov?.isComplete ? undefined : moov;
    this.#offset = moov ? bytes.byteOffset - moov.bytes.byteOffset : 0;
    this.#window = this.#moov ? new DataView(new ArrayBuffer(0)) : this.#view;
    this.#windowEnd = this.#window.byteLength;
  }

  /** A look, which leaves the table in the file. */
  u8(at: number): number {
    if (at < this.#windowStart || at >= this.#windowEnd) this.#moveWindow(at, 1);
    return this.#window.getUint8(at - this.#windowStart);
  }

  u16(at: number): number {
    if (at < this.#windowStart || at + 2 > this.#windowEnd) this.#moveWindow(at, 2);
    return this.#window.getUint16(at - this.#windowStart);
  }

  u32(at: number): number {
    if (at < this.#windowStart || at + 4 > this.#windowEnd) this.#moveWindow(at, 4);
    return this.#window.getUint32(at - this.#windowStart);
  }

  /**
   * Puts the bytes from `start` up to, not with, `end` into memory, where they stay: looks at them read nothing any more.
   *
   * @throws MediaError of the source
   */
  load(start: number, end: number): void {
    this.#moov?.load(this.#offset + start, this.#offset + Math.min(end, this.length));
  }

  /**
   * Passes through the bytes from `start` up to, not with, `end`, and keeps none of them: `each` gets a view that starts at
   * `at`, in whole rows of 4, 8 or 12 bytes.
   *
   * @throws MediaError of the source
   */
  scan(start: number, end: number, each: (rows: DataView, at: number) => void): void {
    if (!this.#moov || this.#moov.loadedRange(this.#offset + start, this.#offset + end)) {
      const { buffer, byteOffset } = this.#view;
      if (end > start) each(new DataView(buffer, byteOffset + start, end - start), start);
      return;
    }
    scanBuffer ??= new Uint8Array(SCAN_SIZE);
    for (let at = start; at < end; at += SCAN_SIZE) {
      const size = Math.min(SCAN_SIZE, end - at);
      this.#moov.read(this.#offset + at, scanBuffer.subarray(0, size));
      each(new DataView(scanBuffer.buffer, 0, size), at);
    }
  }

  /** Moves the window to the `size` bytes at `at`: over the memory that they are in, or over what is read around them. */
  #moveWindow(at: number, size: number): void {
    const head = this.#moov;
    if (!head) return; // it holds all that there is
    const memory = head.loadedRange(this.#offset + at, this.#offset + at + size);
    if (!memory) return this.#readWindow(at, head);
    this.#windowStart = Math.max(0, memory.start - this.#offset);
    this.#windowEnd = Math.min(this.length, memory.end - this.#offset);
    const { buffer, byteOffset } = this.#view;
    this.#window = new DataView(
      buffer,
      byteOffset + this.#windowStart,
      this.#windowEnd - this.#windowStart,
    );
  }

  /** Most of what is read lies in the direction in which looks are going. */
  #readWindow(at: number, head: MoovBuffer): void {
    const near = at > this.#windowStart - MIN_WINDOW && at < this.#windowEnd + MIN_WINDOW;
    const wide = near ? 2 * this.#window.byteLength : 0;
    const size = Math.min(Math.max(MIN_WINDOW, Math.min(wide, MAX_WINDOW)), this.length);
    const behind = size >> 2; // looks go back a little, too
    const wanted = at >= this.#windowStart ? at - behind : at + behind - size;
    this.#windowStart = Math.max(0, Math.min(wanted, this.length - size));
    this.#windowEnd = this.#windowStart + size;
    this.#readBuffer ??= new Uint8Array(Math.min(MAX_WINDOW, this.length));
    head.read(this.#offset + this.#windowStart, this.#readBuffer.subarray(0, size));
    this.#window = new DataView(this.#readBuffer.buffer, 0, size);
  }
}

/**
 * The bytes of a table of `count` rows of `rowSize` bytes each, which may still be in the file.
 *
 * @throws MediaError when the box is too short for the count
 */
export function readRows(r: ByteReader, count: number, rowSize: number): Uint8Array {
  const size = Math.ceil(count * rowSize);
  if (size > r.left) {
    throw new MediaError(`Cannot read ${count} entries where ${r.left} bytes are left`);
  }
  return r.take(size).bytes;
}
