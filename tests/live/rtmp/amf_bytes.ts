/** AMF 0 ([AMF0] §2) for tests, without the code under test: a writer of what encoders send, and a reader of answers. */

import { concat, u16, u32, u8 } from "../../mp4/movie_file.ts";

/** A Map is an ECMA array, as ffmpeg sends metadata. */
export type AmfValue =
  | number
  | boolean
  | string
  | null
  | undefined
  | readonly AmfValue[]
  | ReadonlyMap<string, AmfValue>
  | { readonly [name: string]: AmfValue };

const END_OF_OBJECT = u8(0, 0, 9);

export function amf(...values: AmfValue[]): Uint8Array {
  return concat(...values.map(writeValue));
}

/** The opening of objects in objects, without their ends. */
export function nestAmf(depth: number): Uint8Array {
  const level = concat(u8(3), writeName("a"));
  const bytes = new Uint8Array(depth * level.length);
  for (let i = 0; i < depth; i++) bytes.set(level, i * level.length);
  return bytes;
}

function writeValue(value: AmfValue): Uint8Array {
  if (typeof value === "number") return concat(u8(0), doubleBytes(value));
  if (typeof value === "boolean") return u8(1, value ? 1 : 0);
  if (typeof value === "string") return writeString(value);
  if (value === null) return u8(5);
  if (value === undefined) return u8(6);
  if (value instanceof Map) return concat(u8(8), u32(value.size), writeProperties([...value]));
  if (Array.isArray(value)) return concat(u8(10), u32(value.length), amf(...value));
  return concat(u8(3), writeProperties(Object.entries(value)));
}

function writeString(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return bytes.length < 65536
    ? concat(u8(2), u16(bytes.length), bytes)
    : concat(u8(12), u32(bytes.length), bytes);
}

function writeProperties(properties: readonly (readonly [string, AmfValue])[]): Uint8Array {
  return concat(
    ...properties.map(([name, value]) => concat(writeName(name), writeValue(value))),
    END_OF_OBJECT,
  );
}

function writeName(name: string): Uint8Array {
  const bytes = new TextEncoder().encode(name);
  return concat(u16(bytes.length), bytes);
}

function doubleBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}

/** Reads the values of a command. @throws RangeError, Error if it is broken */
export function readAmf(bytes: Uint8Array): AmfValue[] {
  const reader = new AmfAnswer(bytes);
  const values: AmfValue[] = [];
  while (!reader.isAtEnd) values.push(reader.value());
  return values;
}

class AmfAnswer {
  readonly #view: DataView;
  #at = 0;

  constructor(readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at === this.bytes.length;
  }

  value(): AmfValue {
    const marker = this.#view.getUint8(this.#at++);
    switch (marker) {
      case 0:
        return this.#view.getFloat64((this.#at += 8) - 8);
      case 1:
        return this.#view.getUint8(this.#at++) !== 0;
      case 2:
        return this.#text();
      case 3:
        return this.#properties();
      case 5:
        return null;
      case 6:
        return undefined;
      case 8:
        this.#at += 4;
        return this.#properties();
      case 10: {
        const count = this.#view.getUint32((this.#at += 4) - 4);
        return Array.from({ length: count }, () => this.value());
      }
      default:
        throw new Error(`Cannot read the AMF marker ${marker}`);
    }
  }

  #text(): string {
    const length = this.#view.getUint16(this.#at);
    const start = this.#at + 2;
    this.#at = start + length;
    if (this.#at > this.bytes.length) throw new RangeError("Cannot read a string beyond the end");
    return new TextDecoder().decode(this.bytes.subarray(start, this.#at));
  }

  #properties(): { [name: string]: AmfValue } {
    const properties: Record<string, AmfValue> = {};
    while (true) {
      const name = this.#text();
      if (name === "" && this.#view.getUint8(this.#at) === 9) break;
      properties[name] = this.value();
    }
    this.#at++;
    return properties;
  }
}
