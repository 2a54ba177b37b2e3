import type { ByteReader } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";
import type { MoovBuffer, RowRange } from "./moov_buffer.ts";

/** Bytes after a jump, doubled with each move nearby. */
const MIN_WINDOW = 4096;
const MAX_WINDOW = 32768;

/** Bytes per read of a scan: whole rows of 4, 8 and 12 bytes that fit the processor's cache. */
const SCAN_SIZE = 24 * 8192;
let scanBuffer: Uint8Array | undefined;

const EMPTY = new Uint8Array();

/**
 * Copies bytes of a resizable buffer: a function that reads views of both kinds of buffers takes ten times as long, and most views
 * are of buffers that are not resizable.
 */
function createView(bytes: Uint8Array): DataView {
  const { buffer, byteOffset, byteLength } = bytes;
  return "resizable" in buffer && buffer.resizable
    ? new DataView(bytes.slice().buffer)
    : new DataView(buffer, byteOffset, byteLength);
}

/** Big-endian table. Lookups read through a window. Methods throw as those of `MoovBuffer`. */
export class PagedTable {
  readonly byteLength: number;
  readonly #moov: MoovBuffer | undefined;
  readonly #offset: number;
  #window: DataView;
  #windowStart = 0;
  #windowEnd: number;
  #readBuffer: Uint8Array<ArrayBuffer> | undefined;

  /** @param bytes rows; a subarray of `moov.bytes` if `moov` is given */
  constructor(bytes: Uint8Array, moov?: MoovBuffer) {
    this.byteLength = bytes.length;
    this.#offset = moov ? bytes.byteOffset - moov.bytes.byteOffset : 0;
    const isPermanent = moov?.isPermanent(this.#offset, this.#offset + bytes.length);
    this.#moov = isPermanent ? undefined : moov;
    this.#window = createView(this.#moov ? EMPTY : bytes);
    this.#windowEnd = this.#window.byteLength;
  }

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

  /** Returns the bytes from the row at `at` on that are in the window: at least one row. Valid until the next lookup. */
  rowsFrom(at: number, rowSize: number): DataView {
    if (at < this.#windowStart || at + rowSize > this.#windowEnd) this.#moveWindow(at, rowSize);
    const { buffer, byteOffset } = this.#window;
    return new DataView(buffer, byteOffset + at - this.#windowStart, this.#windowEnd - at);
  }

  /** Returns where rows are in the moov; none if they are always loaded. */
  toRowRanges(start: number, end: number): RowRange[] {
    const [from, to] = [Math.max(0, start), Math.min(end, this.byteLength)];
    return this.#moov && from < to ? [[this.#offset + from, this.#offset + to]] : [];
  }

  load(start: number, end: number): void {
    this.#moov?.load(this.#offset + start, this.#offset + Math.min(end, this.byteLength));
  }

  /** Visits whole rows of 4, 8 or 12 bytes without loading them. `rows` is valid during the call only. */
  scan(start: number, end: number, visit: (rows: DataView, at: number) => void): void {
    const moov = this.#moov;
    if (!moov) {
      const { buffer, byteOffset } = this.#window;
      if (end > start) visit(new DataView(buffer, byteOffset + start, end - start), start);
      return;
    }
    if (moov.pageBounds(start, end)) this.load(start, end);
    scanBuffer ??= new Uint8Array(SCAN_SIZE);
    for (let at = start; at < end; at += SCAN_SIZE) {
      const size = Math.min(SCAN_SIZE, end - at);
      moov.read(this.#offset + at, scanBuffer.subarray(0, size));
      visit(new DataView(scanBuffer.buffer, 0, size), at);
    }
  }

  /** @throws MediaError for a row that another table, or a package's index, names wrongly */
  #moveWindow(at: number, size: number): void {
    if (!(at >= 0 && at + size <= this.byteLength)) {
      throw new MediaError(
        `Cannot read a row at byte ${at} of a table of ${this.byteLength} bytes`,
      );
    }
    const moov = this.#moov;
    if (!moov) return; // the window contains the whole table
    this.#readWindow(moov, this.#pickWindow(at, size, moov));
  }

  #pickWindow(at: number, rowSize: number, moov: MoovBuffer): { start: number; end: number } {
    if (moov.restored?.trace) return { start: at, end: at + rowSize };
    const [rowStart, rowEnd] = [this.#offset + at, this.#offset + at + rowSize];
    const blocks = moov.isComplete ? undefined : moov.loadedRange(rowStart, rowEnd);
    const pages = blocks ?? moov.pageBounds(rowStart, rowEnd);
    if (pages) {
      const end = Math.min(this.byteLength, pages.end - this.#offset);
      return { start: Math.max(0, pages.start - this.#offset), end };
    }
    const isNear = at > this.#windowStart - MIN_WINDOW && at < this.#windowEnd + MIN_WINDOW;
    const doubled = isNear ? 2 * this.#window.byteLength : 0;
    const size = Math.min(Math.max(MIN_WINDOW, Math.min(doubled, MAX_WINDOW)), this.byteLength);
    const margin = size >> 2;
    const start = at >= this.#windowStart ? at - margin : at + margin - size;
    const first = Math.max(0, Math.min(start, this.byteLength - size));
    return { start: first, end: first + size };
  }

  #readWindow(moov: MoovBuffer, { start, end }: { start: number; end: number }): void {
    this.#readBuffer ??= new Uint8Array(Math.min(MAX_WINDOW, this.byteLength));
    this.#windowEnd = this.#windowStart; // empty if the read fails
    moov.read(this.#offset + start, this.#readBuffer.subarray(0, end - start));
    [this.#windowStart, this.#windowEnd] = [start, end];
    this.#window = new DataView(this.#readBuffer.buffer, 0, end - start);
  }
}

/** All rows are scanned when a file is opened. */
const MAX_ROWS = 2 ** 24;

/** @throws MediaError if the box is too short for the rows, or has more than are supported */
export function readRows(r: ByteReader, count: number, rowSize: number): Uint8Array {
  const size = Math.ceil(count * rowSize);
  if (size > r.left) {
    throw new MediaError(`Cannot read ${count} entries where ${r.left} bytes are left`);
  }
  if (size > 0 && count > MAX_ROWS) {
    const reason = `Cannot read ${count} entries, expected at most ${MAX_ROWS}`;
    throw new MediaError(reason, "MEDIA_UNSUPPORTED");
  }
  return r.take(size).bytes;
}
