import { MediaError } from "./errors.ts";

const utf8 = new TextDecoder();
const utf8Encoder = new TextEncoder();

/** Reads forward without copying. A read past the end, or an integer above 2^53, throws a MediaError. */
export class ByteReader {
  readonly #view: DataView;
  position = 0;

  constructor(readonly bytes: Uint8Array) {
    this.#view = toDataView(bytes);
  }

  get left(): number {
    return this.bytes.length - this.position;
  }

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

  u64(): number {
    return checkSafeInteger(this.u32() * 2 ** 32 + this.u32());
  }

  /** Reads a signed 64-bit integer of any size. */
  bigI64(): bigint {
    return this.#view.getBigInt64(this.skip(8));
  }

  i64(): number {
    return checkSafeInteger(this.i32() * 2 ** 32 + this.u32());
  }

  f64(): number {
    return this.#view.getFloat64(this.skip(8));
  }

  /** Not TextDecoder's `latin1`: windows-1252 maps 80 to 9F differently. */
  ascii(count: number): string {
    const start = this.skip(count);
    let text = "";
    for (let i = start; i < start + count; i++) text += String.fromCharCode(this.bytes[i]!);
    return text;
  }

  /** Reads UTF-8 up to a NUL, which is consumed, or to the end. */
  cstring(): string {
    const rest = this.bytes.subarray(this.position);
    const nul = rest.indexOf(0);
    const text = utf8.decode(nul < 0 ? rest : rest.subarray(0, nul));
    this.position = nul < 0 ? this.bytes.length : this.position + nul + 1;
    return text;
  }

  take(count: number): ByteReader {
    const start = this.skip(count);
    return new ByteReader(this.bytes.subarray(start, start + count));
  }

  rest(): ByteReader {
    return this.take(this.left);
  }
}

function checkSafeInteger(value: number): number {
  if (!Number.isSafeInteger(value)) {
    throw new MediaError(`Cannot represent ${value}: over 2^53`);
  }
  return value;
}

export function toDataView({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Formats 16 bytes as the text of a UUID in lower case (RFC 9562 §4). */
export function formatUuid(bytes: Uint8Array): string {
  return bytes.toHex().replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  length = 0;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Appends zero bytes and returns their offset. May replace `#view`: call it first. */
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
    const at = this.skip(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.skip(2);
    this.#view.setUint16(at, value);
  }

  u32(value: number): void {
    const at = this.skip(4);
    this.#view.setUint32(at, value);
  }

  i32(value: number): void {
    const at = this.skip(4);
    this.#view.setInt32(at, value);
  }

  f64(value: number): void {
    const at = this.skip(8);
    this.#view.setFloat64(at, value);
  }

  u64(value: number): void {
    this.u32(Math.floor(value / 2 ** 32));
    this.u32(value % 2 ** 32);
  }

  ascii(text: string): void {
    const start = this.skip(text.length);
    for (let i = 0; i < text.length; i++) this.#bytes[start + i] = text.charCodeAt(i);
  }

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

  /** Writes a box (14496-12 §4.2). */
  box(type: string, body: () => void): void {
    const start = this.skip(4);
    this.ascii(type);
    body();
    this.patchU32(start, this.length - start);
  }

  fullBox(type: string, version: number, flags: number, body: () => void): void {
    this.box(type, () => {
      this.u32(version * 2 ** 24 + flags);
      body();
    });
  }

  /** The writer must not be used afterwards. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.length);
  }
}
