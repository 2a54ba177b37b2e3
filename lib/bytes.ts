/** Big-endian bytes, read and written. Sizes and times are integers to 2^53. */

import { MediaError } from "./errors.ts";

const utf8 = new TextDecoder();
const utf8Encoder = new TextEncoder();

/** Reads forward through bytes that somebody else owns; never copies, never passes its end. */
export class ByteReader {
  readonly #view: DataView;
  /** Where the next read starts, in bytes from the start of this reader. */
  position = 0;

  constructor(readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes between the position and the end. */
  get left(): number {
    return this.bytes.length - this.position;
  }

  /** Moves past `count` bytes; gives back where they start. */
  skip(count: number): number {
    if (!(count >= 0 && count <= this.left)) {
      throw new MediaError(`Cannot read ${count} bytes where ${this.left} are left`);
    }
    const start = this.position;
    this.position += count;
    return start;
  }

  u8(): number {
    return this.#view.getUint8(this.skip(1));
  }

  u16(): number {
    return this.#view.getUint16(this.skip(2));
  }

  u24(): number {
    return this.u16() * 256 + this.u8();
  }

  u32(): number {
    return this.#view.getUint32(this.skip(4));
  }

  i16(): number {
    return this.#view.getInt16(this.skip(2));
  }

  i32(): number {
    return this.#view.getInt32(this.skip(4));
  }

  /** Throws a MediaError past 2^53: no real file holds such a value, and a double can't. */
  u64(): number {
    return checkSafeInteger(this.u32() * 2 ** 32 + this.u32());
  }

  i64(): number {
    return checkSafeInteger(this.i32() * 2 ** 32 + this.u32());
  }

  /** A fourcc, one character a byte: the decoder of the platform takes 80 to 9F for Windows' own characters. */
  ascii(count: number): string {
    const start = this.skip(count);
    return String.fromCharCode(...this.bytes.subarray(start, start + count));
  }

  /** Text up to a NUL, which is passed over, or up to the end. */
  cstring(): string {
    const rest = this.bytes.subarray(this.position);
    const nul = rest.indexOf(0);
    const text = utf8.decode(nul < 0 ? rest : rest.subarray(0, nul));
    this.position = nul < 0 ? this.bytes.length : this.position + nul + 1;
    return text;
  }

  /** A reader of the next `count` bytes, which this one moves past. */
  take(count: number): ByteReader {
    const start = this.skip(count);
    return new ByteReader(this.bytes.subarray(start, start + count));
  }

  /** A reader of all that is left. */
  rest(): ByteReader {
    return this.take(this.left);
  }
}

function checkSafeInteger(value: number): number {
  if (!Number.isSafeInteger(value)) throw new MediaError(`Cannot count to ${value}: over 2^53`);
  return value;
}

/** Writes into one growing buffer. A box's size is filled in when its body has been written. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  /** Bytes written so far. */
  length = 0;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Moves past `count` new bytes, which are 0; gives back where they start. */
  skip(count: number): number {
    const start = this.length;
    this.length += count;
    if (this.length > this.#bytes.length) {
      const bytes = new Uint8Array(Math.max(2 * this.#bytes.length, this.length));
      bytes.set(this.#bytes);
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer);
    }
    return start;
  }

  u8(value: number): void {
    const at = this.skip(1); // before the view is taken: it may be replaced
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.skip(2); // before the view is taken: it may be replaced
    this.#view.setUint16(at, value);
  }

  u32(value: number): void {
    const at = this.skip(4); // before the view is taken: it may be replaced
    this.#view.setUint32(at, value);
  }

  i32(value: number): void {
    const at = this.skip(4); // before the view is taken: it may be replaced
    this.#view.setInt32(at, value);
  }

  u64(value: number): void {
    this.u32(Math.floor(value / 2 ** 32));
    this.u32(value % 2 ** 32);
  }

  ascii(text: string): void {
    const start = this.skip(text.length);
    for (let i = 0; i < text.length; i++) this.#bytes[start + i] = text.charCodeAt(i);
  }

  /** Text in UTF-8, closed by a NUL. */
  cstring(text: string): void {
    this.bytes(utf8Encoder.encode(text));
    this.u8(0);
  }

  bytes(bytes: Uint8Array): void {
    const start = this.skip(bytes.length);
    this.#bytes.set(bytes, start);
  }

  patchU32(at: number, value: number): void {
    this.#view.setUint32(at, value);
  }

  /** A box: size, type, and what `body` writes (14496-12 §4.2). */
  box(type: string, body: () => void): void {
    const start = this.skip(4);
    this.ascii(type);
    body();
    this.patchU32(start, this.length - start);
  }

  /** A box that says its version and flags (14496-12 §4.2). */
  fullBox(type: string, version: number, flags: number, body: () => void): void {
    this.box(type, () => {
      this.u32(version * 2 ** 24 + flags);
      body();
    });
  }

  /** What was written; the writer must not be used any more. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.length);
  }
}
