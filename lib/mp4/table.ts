/** Rows of a table in the head of a movie: in memory, or still in the file. */

import type { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import type { Head } from "./head.ts";

/** Bytes around a place that was looked at, and how many of them lie behind where looks are going. */
const WINDOW = 32768;
const MARGIN = 8192;

/** Bytes that a scan reads at a time: rows of 4, 8 and 12 bytes fit in. Small enough for the processor's cache. */
const SCANNED = 24 * 8192;
let scratch: Uint8Array | undefined;

export class Table {
  /** In bytes. */
  readonly length: number;
  /** All rows, of which those that are not in memory are 0. */
  readonly #view: DataView;
  /** What the rows are in; undefined: all of them are in memory. */
  readonly #head: Head | undefined;
  readonly #start: number;
  /** What single looks fall into, most often: a part of the table, from `#from` to `#to`. */
  #window: DataView;
  #from = 0;
  #to: number;

  /** @param bytes of the rows, in those of `head` where that is given */
  constructor(bytes: Uint8Array, head?: Head) {
    this.length = bytes.length;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#head = head?.whole ? undefined : head;
    this.#start = head ? bytes.byteOffset - head.bytes.byteOffset : 0;
    this.#window = this.#head ? new DataView(new ArrayBuffer(0)) : this.#view;
    this.#to = this.#window.byteLength;
  }

  /** A single look, which leaves the table in the file. */
  u8(at: number): number {
    if (at >= this.#from && at < this.#to) return this.#window.getUint8(at - this.#from);
    return this.#look(at, 1).getUint8(0);
  }

  u16(at: number): number {
    if (at >= this.#from && at + 2 <= this.#to) return this.#window.getUint16(at - this.#from);
    return this.#look(at, 2).getUint16(0);
  }

  u32(at: number): number {
    if (at >= this.#from && at + 4 <= this.#to) return this.#window.getUint32(at - this.#from);
    return this.#look(at, 4).getUint32(0);
  }

  /**
   * A view of the table with the bytes from `start` up to, not with, `end` in memory, where they stay.
   *
   * @throws MediaError of the source
   */
  kept(start: number, end: number): DataView {
    this.#head?.need(this.#start + start, this.#start + Math.min(end, this.length));
    return this.#view;
  }

  /**
   * Passes through the bytes from `start` up to, not with, `end`, and keeps none of them: `each` gets a view that starts at
   * `at`, in whole rows of 4, 8 or 12 bytes.
   *
   * @throws MediaError of the source
   */
  scan(start: number, end: number, each: (rows: DataView, at: number) => void): void {
    if (!this.#head || this.#head.has(this.#start + start, this.#start + end)) {
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

  /** A view that starts with the `size` bytes at `at`, which are not in the window. */
  #look(at: number, size: number): DataView {
    const there = !this.#head || this.#head.has(this.#start + at, this.#start + at + size);
    const { buffer, byteOffset } = this.#view;
    if (there) return new DataView(buffer, byteOffset + at, size);
    this.#move(at, this.#head!);
    return new DataView(this.#window.buffer, at - this.#from, size);
  }

  /** Moves the window on or back to where `at` is near its edge: looks go both ways. */
  #move(at: number, head: Head): void {
    const wanted = at >= this.#from ? at - MARGIN : at + MARGIN - WINDOW;
    const start = Math.max(0, Math.min(wanted, this.length - WINDOW));
    const length = Math.min(WINDOW, this.length - start);
    if (this.#window.byteLength !== length) this.#window = new DataView(new ArrayBuffer(length));
    head.read(this.#start + start, new Uint8Array(this.#window.buffer));
    this.#from = start;
    this.#to = start + length;
  }
}

/**
 * The bytes of a table of `count` rows of `rowSize` bytes each, which may still be in the file.
 *
 * @throws MediaError when the box is too short for the count
 */
export function takeTable(r: ByteReader, count: number, rowSize: number): Uint8Array {
  const size = Math.ceil(count * rowSize);
  if (size > r.left) {
    throw new MediaError(`Cannot read ${count} entries where ${r.left} bytes are left`);
  }
  return r.take(size).bytes;
}
