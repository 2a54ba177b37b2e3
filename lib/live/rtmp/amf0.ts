/** Values of commands and metadata (Action Message Format, AMF 0). */

import { ByteReader, ByteWriter } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";

/** `undefined` also stands for what is not supported. A date is in UTC. */
export type AmfValue =
  | number
  | boolean
  | string
  | null
  | undefined
  | Date
  | readonly AmfValue[]
  | AmfObject;

/** An anonymous or typed object, without the name of its class. */
export type AmfObject = ReadonlyMap<string, AmfValue>;

/** An ECMA array, as encoders send onMetaData; reads like an object. */
export class EcmaArray extends Map<string, AmfValue> {}

/** In objects and arrays, of values that an input may have. */
const MAX_DEPTH = 32;

const MARKERS = {
  number: 0,
  boolean: 1,
  string: 2,
  object: 3,
  null: 5,
  undefined: 6,
  ecmaArray: 8,
  objectEnd: 9,
  strictArray: 10,
  date: 11,
  longString: 12,
  unsupported: 13,
  xmlDocument: 15,
  typedObject: 16,
} as const;

const utf8 = new TextDecoder();
const utf8Encoder = new TextEncoder();

/**
 * Reads all values of a message.
 *
 * @throws MediaError if they are incomplete, of a type that is not supported, or nested too deeply
 */
export function readAmf0Values(bytes: Uint8Array): AmfValue[] {
  const r = new ByteReader(bytes);
  const values: AmfValue[] = [];
  while (r.left > 0) values.push(readAmf0(r));
  return values;
}

/**
 * Reads one value.
 *
 * @throws MediaError if it is incomplete, of a type that is not supported, or nested too deeply
 */
export function readAmf0(r: ByteReader, depth = 0): AmfValue {
  const marker = r.u8();
  switch (marker) {
    case MARKERS.number:
      return r.f64();
    case MARKERS.boolean:
      return r.u8() !== 0;
    case MARKERS.string:
      return readText(r, r.u16());
    case MARKERS.null:
      return null;
    case MARKERS.undefined:
    case MARKERS.unsupported:
      return undefined;
    case MARKERS.date:
      return readDate(r);
    case MARKERS.longString:
    case MARKERS.xmlDocument:
      return readText(r, r.u32());
    default:
      return readNested(r, marker, depth + 1);
  }
}

function readNested(r: ByteReader, marker: number, depth: number): AmfValue {
  if (depth > MAX_DEPTH) throw new MediaError(`Cannot read AMF nested over ${MAX_DEPTH} deep`);
  switch (marker) {
    case MARKERS.object:
      return readMembers(r, new Map(), depth);
    case MARKERS.ecmaArray:
      r.skip(4); // encoders write any count here
      return readMembers(r, new EcmaArray(), depth);
    case MARKERS.typedObject:
      r.skip(r.u16());
      return readMembers(r, new Map(), depth);
    case MARKERS.strictArray:
      return readStrictArray(r, depth);
    default:
      throw new MediaError(`Cannot read AMF of type ${marker}`);
  }
}

function readMembers(r: ByteReader, members: Map<string, AmfValue>, depth: number): AmfObject {
  for (;;) {
    const name = readText(r, r.u16());
    if (name === "" && r.bytes[r.position] === MARKERS.objectEnd) break;
    members.set(name, readAmf0(r, depth));
  }
  r.skip(1);
  return members;
}

function readStrictArray(r: ByteReader, depth: number): AmfValue[] {
  const count = r.u32();
  if (count > r.left) {
    throw new MediaError(`Cannot read an AMF array of ${count} values in ${r.left} bytes`);
  }
  const values: AmfValue[] = [];
  while (values.length < count) values.push(readAmf0(r, depth));
  return values;
}

function readDate(r: ByteReader): Date {
  const date = new Date(r.f64());
  r.skip(2); // the time zone is reserved
  return date;
}

function readText(r: ByteReader, size: number): string {
  const start = r.skip(size);
  return utf8.decode(r.bytes.subarray(start, start + size));
}

/** Returns the bytes of values, one after the other. */
export function buildAmf0(values: readonly AmfValue[]): Uint8Array<ArrayBuffer> {
  const w = new ByteWriter();
  for (const value of values) writeAmf0(w, value);
  return w.finish();
}

function writeAmf0(w: ByteWriter, value: AmfValue): void {
  if (typeof value === "number") writeNumber(w, MARKERS.number, value);
  else if (typeof value === "string") writeString(w, value);
  else if (typeof value === "boolean") {
    w.u8(MARKERS.boolean);
    w.u8(value ? 1 : 0);
  } else if (value === null) w.u8(MARKERS.null);
  else if (value === undefined) w.u8(MARKERS.undefined);
  else if (value instanceof Date) {
    writeNumber(w, MARKERS.date, value.getTime());
    w.u16(0);
  } else if (isList(value)) writeStrictArray(w, value);
  else writeObject(w, value);
}

function isList(value: readonly AmfValue[] | AmfObject): value is readonly AmfValue[] {
  return Array.isArray(value);
}

function writeNumber(w: ByteWriter, marker: number, value: number): void {
  w.u8(marker);
  w.f64(value);
}

function writeString(w: ByteWriter, text: string): void {
  const bytes = utf8Encoder.encode(text);
  const isLong = bytes.length > 0xffff;
  w.u8(isLong ? MARKERS.longString : MARKERS.string);
  if (isLong) w.u32(bytes.length);
  else w.u16(bytes.length);
  w.bytes(bytes);
}

function writeStrictArray(w: ByteWriter, values: readonly AmfValue[]): void {
  w.u8(MARKERS.strictArray);
  w.u32(values.length);
  for (const value of values) writeAmf0(w, value);
}

function writeObject(w: ByteWriter, members: AmfObject): void {
  if (members instanceof EcmaArray) {
    w.u8(MARKERS.ecmaArray);
    w.u32(members.size);
  } else w.u8(MARKERS.object);
  for (const [name, value] of members) {
    const bytes = utf8Encoder.encode(name);
    w.u16(bytes.length);
    w.bytes(bytes);
    writeAmf0(w, value);
  }
  w.u16(0);
  w.u8(MARKERS.objectEnd);
}
