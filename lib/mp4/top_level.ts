/** The boxes that a file is made of, found with few reads: their headers, and of the media nothing. */

import { ByteReader } from "../bytes.ts";
import type { Source } from "../storage/source.ts";

/** Bytes read at a jump: a moof of usual size, and the header behind it. */
const MIN_READ_AHEAD = 4096;
/** Bytes read at once, at most, unless one box is larger. */
const MAX_READ_AHEAD = 65536;
/** Size of the longest header (14496-12 §4.2.2), `uuid` aside. */
const MAX_HEADER_SIZE = 16;

export interface TopLevelBox {
  readonly type: string;
  /** Where its header starts, in bytes from the start of the file. */
  readonly offset: number;
  readonly headerSize: number;
  /** In bytes, header included, as it says: it may pass the end of the file, or be less than the header. */
  readonly size: number;
}

/**
 * Walks from box to box. What it reads ahead serves the boxes that follow, so that small ones cost few
 * reads. All goes through one buffer, since fresh memory costs more than the read. It never allocates
 * more than the file holds.
 */
export class TopLevelReader {
  #buffer = new Uint8Array();
  /** Where the bytes in the buffer stand in the file, and how many there are. */
  #start = 0;
  #length = 0;
  #readAhead = MIN_READ_AHEAD;

  constructor(readonly source: Source) {}

  /**
   * The box at `offset`; undefined where fewer than 8 bytes are left.
   *
   * @throws MediaError of the source
   */
  readBox(offset: number): TopLevelBox | undefined | Promise<TopLevelBox | undefined> {
    const left = this.source.size - offset;
    if (left < 8) return undefined;
    const bytes = this.#get(offset, Math.min(left, MAX_HEADER_SIZE));
    if (bytes instanceof Promise) return bytes.then((bytes) => readHeader(bytes, offset, left));
    return readHeader(bytes, offset, left);
  }

  /** What is in a box that lies within the file, until the next call. */
  async readBody({ offset, headerSize, size }: TopLevelBox): Promise<Uint8Array> {
    const body = await this.#get(offset + headerSize, size - headerSize);
    const likely = size + size / 4 + MAX_HEADER_SIZE; // the next one will be about as large
    this.#readAhead = Math.min(MAX_READ_AHEAD, Math.max(this.#readAhead, Math.ceil(likely)));
    return body;
  }

  #contains(offset: number, size: number): boolean {
    return offset >= this.#start && offset + size <= this.#start + this.#length;
  }

  /** The caller has held `offset` and `size` against the size of the source. */
  #get(offset: number, size: number): Uint8Array | Promise<Uint8Array> {
    const reading = this.#contains(offset, size) ? undefined : this.#fill(offset, size);
    const at = offset - this.#start;
    if (reading) return reading.then(() => this.#buffer.subarray(at, at + size));
    return this.#buffer.subarray(at, at + size);
  }

  /** Reads `size` bytes and some more: twice as many as last time where it goes on from there. */
  #fill(offset: number, size: number): void | Promise<void> {
    const goesOn = offset >= this.#start && offset <= this.#start + this.#length;
    const ahead = Math.min(
      MAX_READ_AHEAD,
      goesOn ? 2 * Math.max(this.#length, this.#readAhead) : this.#readAhead,
    );
    const length = Math.min(Math.max(size + MAX_HEADER_SIZE, ahead), this.source.size - offset);
    if (length > this.#buffer.length) this.#buffer = new Uint8Array(length);
    this.#start = offset;
    this.#length = length;
    return this.source.read(offset, this.#buffer.subarray(0, length));
  }
}

/** @param left bytes from `offset` to the end of the file */
function readHeader(bytes: Uint8Array, offset: number, left: number): TopLevelBox {
  const r = new ByteReader(bytes);
  const small = r.u32();
  const type = r.ascii(4);
  if (small === 1 && r.left >= 8) {
    return { type, offset, headerSize: 16, size: r.u32() * 2 ** 32 + r.u32() };
  }
  return { type, offset, headerSize: 8, size: small === 0 ? left : small };
}
