import { ByteReader } from "../bytes.ts";
import { andThen } from "../maybe_async.ts";
import type { Source } from "../storage/source.ts";

/** Bytes after a jump: a typical moof and the next header. */
const MIN_READ_AHEAD = 4096;
/** Bytes per read, unless one box is larger. */
const MAX_READ_AHEAD = 65536;
/** Bytes at the end of a file that are loaded with the first box that is read there, which is often the moov. */
export const MAX_TAIL = 2 ** 20;
/** With a 64-bit size, without usertype (14496-12 §4.2.2). */
const MAX_HEADER_SIZE = 16;

export interface TopLevelBox {
  readonly type: string;
  readonly offset: number;
  readonly headerSize: number;
  /** As declared, with the header; may exceed the file or be less than the header. To the end of the file if 0 is declared. */
  readonly size: number;
}

/** Reads boxes with read-ahead. One buffer is reused: allocating memory costs more than reading it. */
export class TopLevelReader {
  #buffer = new Uint8Array();
  #start = 0;
  #length = 0;
  #readAhead = MIN_READ_AHEAD;

  constructor(readonly source: Source) {}

  /**
   * Reads the header at `offset`; undefined if fewer than 8 bytes are left.
   *
   * @throws MediaError of the source
   */
  readBox(offset: number): TopLevelBox | undefined | Promise<TopLevelBox | undefined> {
    const left = this.source.size - offset;
    if (left < 8) return undefined;
    const bytes = this.#get(offset, Math.min(left, MAX_HEADER_SIZE));
    return andThen(bytes, (bytes) => readHeader(bytes, offset, left));
  }

  /** Returns the body of a box within the file, valid until the next call. */
  async readBody({ offset, headerSize, size }: TopLevelBox): Promise<Uint8Array> {
    const body = await this.#get(offset + headerSize, size - headerSize);
    const nextMoofSize = size + size / 4 + MAX_HEADER_SIZE;
    this.#readAhead = Math.min(MAX_READ_AHEAD, Math.max(this.#readAhead, Math.ceil(nextMoofSize)));
    return body;
  }

  #contains(offset: number, size: number): boolean {
    return offset >= this.#start && offset + size <= this.#start + this.#length;
  }

  #get(offset: number, size: number): Uint8Array | Promise<Uint8Array> {
    const reading = this.#contains(offset, size) ? undefined : this.#fill(offset, size);
    const at = offset - this.#start;
    if (reading) return reading.then(() => this.#buffer.subarray(at, at + size));
    return this.#buffer.subarray(at, at + size);
  }

  #fill(offset: number, size: number): void | Promise<void> {
    const isSequential = offset >= this.#start && offset <= this.#start + this.#length;
    const ahead = Math.min(
      MAX_READ_AHEAD,
      isSequential ? 2 * Math.max(this.#length, this.#readAhead) : this.#readAhead,
    );
    const length = Math.min(Math.max(size + MAX_HEADER_SIZE, ahead), this.source.size - offset);
    if (length > this.#buffer.length) this.#buffer = new Uint8Array(length);
    this.#start = offset;
    this.#length = length;
    const read = () => this.source.read(offset, this.#buffer.subarray(0, length));
    const left = this.source.size - offset;
    if (isSequential || left > MAX_TAIL || !this.source.load) return read();
    return this.source.load([{ offset, size: left }]).then(read);
  }
}

function readHeader(bytes: Uint8Array, offset: number, left: number): TopLevelBox {
  const r = new ByteReader(bytes);
  const small = r.u32();
  const type = r.ascii(4);
  if (small === 1 && r.left >= 8) {
    return { type, offset, headerSize: 16, size: r.u32() * 2 ** 32 + r.u32() };
  }
  const size = small === 0 ? left : small; // to the end of the file (14496-12 §4.2.2)
  return { type, offset, headerSize: 8, size };
}
