/** Bytes of a connection, or of anything else that delivers them in pieces of any size. */

import { ByteReader } from "../../bytes.ts";

export interface ByteStream {
  /** Fills a part of the buffer, and resolves to its length, above 0, or to null at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** True if more may be there although the last read has left room in its buffer. */
  readonly readsInParts?: boolean | undefined;
}

/** Idle connections are many. */
const MIN_BUFFER_BYTES = 4096;

/** At most so much is read ahead of what is consumed. */
const MAX_BUFFER_BYTES = 65536;

const CR = 13;
const LF = 10;

/** Reads a stream through a buffer, which grows with the speed of the stream. */
export class StreamReader {
  readonly #stream: ByteStream;
  #buffer = new Uint8Array(MIN_BUFFER_BYTES);
  #start = 0;
  #end = 0;
  #wasFilled = false;

  constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  /** Bytes that are received and not consumed: a view that is valid until the next `receive()`. */
  get received(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /** True if the last `receive()` has taken all that had arrived. */
  get hasReadAll(): boolean {
    return !this.#wasFilled && this.#stream.readsInParts !== true;
  }

  consume(count: number): void {
    this.#start += count;
  }

  /**
   * Waits for more bytes, which are appended to `received`. Resolves to false at the end of the stream.
   *
   * @throws RangeError if `received` already fills the buffer
   */
  async receive(): Promise<boolean> {
    this.#makeRoom();
    const room = this.#buffer.subarray(this.#end);
    const count = await this.#stream.read(room);
    if (count === null) return false;
    this.#end += count;
    this.#wasFilled = count === room.length;
    if (this.#wasFilled) this.#grow();
    return true;
  }

  /**
   * Consumes a line, and returns it without CRLF; undefined if it is not received completely. Characters are bytes.
   *
   * @param maxBytes of the line with CRLF
   * @throws RangeError if it is longer, or contains a CR or LF of its own
   */
  takeLine(maxBytes: number): string | undefined {
    const bytes = this.received.subarray(0, maxBytes);
    const end = bytes.indexOf(LF);
    if (end < 0 && bytes.length === maxBytes) throw new RangeError("line too long");
    if (end < 0) return undefined;
    if (end === 0 || bytes.indexOf(CR) !== end - 1) throw new RangeError("line without CRLF");
    this.consume(end + 1);
    return new ByteReader(bytes).ascii(end - 1);
  }

  #makeRoom(): void {
    if (this.#start === this.#end) this.#start = this.#end = 0;
    if (this.#end < this.#buffer.length) return;
    if (this.#start > 0) return this.#moveTo(this.#buffer);
    this.#grow();
    if (this.#end === this.#buffer.length) throw new RangeError("buffer full");
  }

  #grow(): void {
    if (this.#buffer.length < MAX_BUFFER_BYTES) {
      this.#moveTo(new Uint8Array(2 * this.#buffer.length));
    }
  }

  #moveTo(buffer: Uint8Array<ArrayBuffer>): void {
    buffer.set(this.received);
    this.#end -= this.#start;
    this.#start = 0;
    this.#buffer = buffer;
  }
}
