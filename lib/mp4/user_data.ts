/** Readers of track metadata. Invalid values are ignored, since playback needs none. */

import { isUtf8 } from "node:buffer";
import type { ByteReader } from "../bytes.ts";

export interface Kind {
  readonly scheme: string;
  readonly value: string;
}

export interface UserData {
  readonly name: string;
  readonly kinds: readonly Kind[];
  readonly characteristics: readonly string[];
}

const MAX_NAME_BYTES = 400;
const MAX_KINDS = 32;
const MAX_CHAPTER_TRACKS = 1024;

/** User Data (14496-12 §8.10.1). */
export function readUdta(r: ByteReader): UserData {
  let name = "";
  const kinds: Kind[] = [];
  const characteristics: string[] = [];
  for (const { type, body } of readValidBoxes(r)) {
    if (type === "name") name ||= decodeName(body.bytes);
    if (type === "kind" && body.left > 4 && kinds.length < MAX_KINDS) kinds.push(readKind(body));
    if (type === "tagc" && characteristics.length < MAX_KINDS) {
      characteristics.push(decodeName(body.bytes));
    }
  }
  return { name, kinds, characteristics };
}

/** Track Kind (14496-12 §8.10.4). */
function readKind(r: ByteReader): Kind {
  r.skip(4);
  return { scheme: r.cstring(), value: r.cstring() };
}

/** Reads the chapter tracks of a Track Reference (14496-12 §8.3.3). */
export function readTref(r: ByteReader): number[] {
  const chapters: number[] = [];
  for (const { type, body } of readValidBoxes(r)) {
    if (type !== "chap") continue;
    while (body.left >= 4 && chapters.length < MAX_CHAPTER_TRACKS) chapters.push(body.u32());
  }
  return chapters;
}

/** Yields boxes up to the first invalid size, such as the 32-bit 0 that terminates User Data in QuickTime files. */
function* readValidBoxes(r: ByteReader): Generator<{ type: string; body: ByteReader }> {
  while (r.left >= 8) {
    const size = r.u32() - 8;
    const type = r.ascii(4);
    if (size < 0 || size > r.left) return;
    yield { type, body: r.take(size) };
  }
}

/** Reads the name in hdlr (14496-12 §8.4.3): a C string, or in QuickTime files a Pascal string. */
export function readHandlerName(r: ByteReader): string {
  const bytes = r.bytes.subarray(Math.min(r.position + 12, r.bytes.length));
  const isPascalString = bytes.length > 1 && bytes[0] === bytes.length - 1;
  return decodeName(isPascalString ? bytes.subarray(1) : bytes);
}

/** Returns "" if the name is too long or not UTF-8: old files use other character sets. */
function decodeName(bytes: Uint8Array): string {
  const nul = bytes.indexOf(0);
  const text = nul < 0 ? bytes : bytes.subarray(0, nul);
  if (text.length > MAX_NAME_BYTES || !isUtf8(text)) return "";
  return new TextDecoder().decode(text).replace(/[\s\p{Cc}]+/gu, " ").trim();
}
