/** Reader of big-endian numbers. */

export class DataViewReader {
  /** @readonly */
  #view;
  #position;
  #end;

  /**
   * @param {DataView} view
   * @param {number} start
   * @param {number} end
   */
  constructor(view, start, end) {
    this.#view = view;
    this.#position = start;
    this.#end = end;
  }

  get position() {
    return this.#position;
  }

  get left() {
    return this.#end - this.#position;
  }

  /**
   * Returns the offset of the skipped bytes.
   *
   * @param {number} count
   * @throws {RangeError} when fewer bytes are left
   */
  skip(count) {
    if (count > this.left) {
      throw new RangeError(`Cannot read ${count} bytes, only ${this.left} are left`);
    }
    this.#position += count;
    return this.#position - count;
  }

  u8() {
    return this.#view.getUint8(this.skip(1));
  }

  u16() {
    return this.#view.getUint16(this.skip(2));
  }

  u24() {
    return this.u8() * 65536 + this.u16();
  }

  u32() {
    return this.#view.getUint32(this.skip(4));
  }

  i16() {
    return this.#view.getInt16(this.skip(2));
  }

  i32() {
    return this.#view.getInt32(this.skip(4));
  }

  /** Returns a bigint if the number is not a safe integer. */
  u64() {
    return toNumberIfSafe(this.#view.getBigUint64(this.skip(8)));
  }

  i64() {
    return toNumberIfSafe(this.#view.getBigInt64(this.skip(8)));
  }

  /** Reads a 16.16 fixed-point number. */
  fixed() {
    return this.i32() / 65536;
  }

  /** Unprintable characters become `\x00`. */
  fourcc() {
    return toLatin1(this.bytes(4));
  }

  /** Reads UTF-8 up to a zero byte or the end. */
  text() {
    const bytes = this.bytes(this.left);
    const zero = bytes.indexOf(0);
    const end = zero < 0 ? bytes.length : zero;
    this.#position -= bytes.length - Math.min(end + 1, bytes.length);
    return new TextDecoder().decode(bytes.subarray(0, end));
  }

  /** @param {number} count */
  bytes(count) {
    const start = this.skip(count);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + start, count);
  }

  /**
   * Formats hexadecimal digits; `…` replaces bytes after the first 32.
   *
   * @param {number} count
   */
  hex(count = this.left) {
    const bytes = this.bytes(count);
    const text = Array.from(bytes.subarray(0, 32), (byte) => byte.toString(16).padStart(2, "0"));
    return text.join("") + (count > 32 ? "…" : "");
  }
}

/** @param {bigint} value */
function toNumberIfSafe(value) {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** @param {Uint8Array} bytes */
function toLatin1(bytes) {
  return Array.from(
    bytes,
    (code) =>
      code >= 0x20 && code < 0x7f || code > 0xa0
        ? String.fromCharCode(code)
        : `\\x${code.toString(16).padStart(2, "0")}`,
  ).join("");
}
