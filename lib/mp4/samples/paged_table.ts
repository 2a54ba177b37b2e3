/** Rows of a table in the head of a movie: in memory, or still in the file. */

import type { ByteReader } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";
import type { MoovBuffer } from "./moov_buffer.ts";

/** Bytes around a place that was looked at: few where the last look was far away, and twice as many as then where it was near. */
const WINDOW = 32768;
const SMALL_WINDOW = 4096;

/** Bytes that a scan reads at a time: rows of 4, 8 and 12 bytes fit in. Small enough for the processor's cache. */
const SCANNED = 24 * 8192;
let scratch: Uint8Array | undefined;

export class PagedTable {
  /** In bytes. */
  readonly length: number;
  /** All rows, of which those that are not in memory are 0. */
  readonly #view: DataView;
  /** What the rows are in; undefined: all of them are in memory. */
  readonly #head: MoovBuffer | undefined;
  readonly #start: number;
  /** What looks fall into, most often: the table from `#from` up to, not with, `#to`. */
  #window: DataView;
  #from = 0;
  #to: number;
  /** What is read to be looked at, and not kept. */
  #read: Uint8Array<ArrayBuffer> | undefined;

  /** @param bytes of the rows, in those of `head` where that is given */
  constructor(bytes: Uint8Array, head?: MoovBuffer) {
    this.length = bytes.length;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#head = head?.whole ? undefined : head;
    this.#start = head ? bytes.byteOffset - head.bytes.byteOffset : 0;
    this.#window = this.#head ? new DataView(new ArrayBuffer(0)) : this.#view;
    this.#to = this.#window.byteLength;
  }

  /** A look, which leaves the table in the file. */
  u8(at: number): number {
    if (at < this.#from || at >= this.#to) this.#page(at, 1);
    return this.#window.getUint8(at - this.#from);
  }

  u16(at: number): number {
    if (at < this.#from || at + 2 > this.#to) this.#page(at, 2);
    return this.#window.getUint16(at - this.#from);
  }

  u32(at: number): number {
    if (at < this.#from || at + 4 > this.#to) this.#page(at, 4);
    return this.#window.getUint32(at - this.#from);
  }

  /**
   * Puts the bytes from `start` up to, not with, `end` into memory, where they stay: looks at them read nothing any more.
   *
   * @throws MediaError of the source
   */
  loadRange(start: number, end: number): void {
    this.#head?.loadRange(this.#start + start, this.#start + Math.min(end, this.length));
  }

  /**
   * Passes through the bytes from `start` up to, not with, `end`, and keeps none of them: `each` gets a view that starts at
   * `at`, in whole rows of 4, 8 or 12 bytes.
   *
   * @throws MediaError of the source
   */
  scan(start: number, end: number, each: (rows: DataView, at: number) => void): void {
    if (!this.#head || this.#head.loadedRange(this.#start + start, this.#start + end)) {
      const { buffer, byteOffset } = this.#view;
      if (end > start) each(new DataView(buffer, byteOffset + start, end - start), start);
      return;
    }
    scratch ??= new Uint8Array(SCANNED);
    for (let at = start; at < end; at += SCANNED) {
      const size = Math.min(SCANNED, end - at);
      this.#head.read(this.#start + at, scratch.subarray(0, size));
      each(new DataView(scratch.buffer, 0, size), at);
    }
  }

  /** Moves the window to the `size` bytes at `at`: over the memory that they are in, or over what is read around them. */
  #page(at: number, size: number): void {
    const head = this.#head;
    if (!head) return; // it holds all that there is
    const memory = head.loadedRange(this.#start + at, this.#start + at + size);
    if (!memory) return this.#readAround(at, head);
    this.#from = Math.max(0, memory.start - this.#start);
    this.#to = Math.min(this.length, memory.end - this.#start);
    const { buffer, byteOffset } = this.#view;
    this.#window = new DataView(buffer, byteOffset + this.#from, this.#to - this.#from);
  }

  /** Most of what is read lies in the direction in which looks are going. */
  #readAround(at: number, head: MoovBuffer): void {
    const near = at > this.#from - SMALL_WINDOW && at < this.#to + SMALL_WINDOW;
    const wide = near ? 2 * this.#window.byteLength : 0;
    const size = Math.min(Math.max(SMALL_WINDOW, Math.min(wide, WINDOW)), this.length);
    const behind = size >> 2; // looks go back a little, too
    const wanted = at >= this.#from ? at - behind : at + behind - size;
    this.#from = Math.max(0, Math.min(wanted, this.length - size));
    this.#to = this.#from + size;
    this.#read ??= new Uint8Array(Math.min(WINDOW, this.length));
    head.read(this.#start + this.#from, this.#read.subarray(0, size));
    this.#window = new DataView(this.#read.buffer, 0, size);
  }
}

/**
 * The bytes of a table of `count` rows of `rowSize` bytes each, which may still be in the file.
 *
 * @throws MediaError when the box is too short for the count
 */
export function readPagedTable(r: ByteReader, count: number, rowSize: number): Uint8Array {
  const size = Math.ceil(count * rowSize);
  if (size > r.left) {
    throw new MediaError(`Cannot read ${count} entries where ${r.left} bytes are left`);
  }
  return r.take(size).bytes;
}
