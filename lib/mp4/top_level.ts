/** The boxes that a file is made of, found with few reads: their headers, and of the media nothing. */

import { ByteReader } from "../bytes.ts";
import type { Source } from "../source/source.ts";

/** Bytes read at a jump: a moof of usual size, and the header behind it. */
const LEAST_AHEAD = 4096;
/** Bytes read at once, at most, unless one box is larger. */
const MOST_AHEAD = 65536;
/** Size of the longest header (14496-12 §4.2.2), `uuid` aside. */
const HEADER = 16;

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
 * reads. It never allocates more than the file holds.
 */
export class TopLevel {
  #start = 0;
  #bytes = new Uint8Array();
  #ahead = LEAST_AHEAD;

  constructor(readonly source: Source) {}

  /**
   * The box at `offset`; undefined where fewer than 8 bytes are left.
   *
   * @throws MediaError of the source
   */
  boxAt(offset: number): TopLevelBox | undefined | Promise<TopLevelBox | undefined> {
    const left = this.source.size - offset;
    if (left < 8) return undefined;
    const bytes = this.#get(offset, Math.min(left, HEADER));
    if (bytes instanceof Promise) return bytes.then((bytes) => readHeader(bytes, offset, left));
    return readHeader(bytes, offset, left);
  }

  /** What is in a box that lies within the file. The bytes may be kept. */
  async bodyOf({ type, offset, headerSize, size }: TopLevelBox): Promise<Uint8Array> {
    const body = await this.#get(offset + headerSize, size - headerSize);
    if (type === "moof" && size > this.#ahead) { // the next one will be about as large
      this.#ahead = Math.min(MOST_AHEAD, size + size / 4 + HEADER);
    }
    return body;
  }

  /** The caller has held `offset` and `size` against the size of the source. */
  #get(offset: number, size: number): Uint8Array | Promise<Uint8Array> {
    const at = offset - this.#start;
    if (at < 0 || at + size > this.#bytes.length) return this.#fill(offset, size);
    return this.#bytes.subarray(at, at + size);
  }

  /** Reads `size` bytes and some more; twice as many as last time where it goes on from there. */
  #fill(offset: number, size: number): Uint8Array | Promise<Uint8Array> {
    const end = this.#start + this.#bytes.length;
    const goesOn = offset <= end && offset + size > end && this.#bytes.length < MOST_AHEAD;
    const ahead = goesOn ? Math.max(this.#ahead, 2 * this.#bytes.length) : this.#ahead;
    const wanted = Math.max(size + HEADER, Math.min(ahead, MOST_AHEAD));
    const bytes = new Uint8Array(Math.floor(Math.min(wanted, this.source.size - offset)));
    const reading = this.source.read(offset, bytes);
    this.#start = offset;
    this.#bytes = bytes;
    const part = bytes.subarray(0, size);
    return reading ? reading.then(() => part) : part;
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
