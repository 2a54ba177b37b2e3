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

/** A chapter that Nero's box chpl lists. */
export interface MovieChapter {
  /** In units of 100 ns from the start of the movie. */
  readonly start: number;
  /** "" if it is not UTF-8. */
  readonly title: string;
}

const MAX_NAME_BYTES = 400;
const MAX_KINDS = 32;
const MAX_CHAPTER_TRACKS = 1024;
const MAX_LISTED_CHAPTERS = 1000;

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

/** User Data of a movie (14496-12 §8.10.1): its chapters; none if there are more than 1000. */
export function readMovieUdta(r: ByteReader): MovieChapter[] {
  for (const { type, body } of readValidBoxes(r)) if (type === "chpl") return readChpl(body);
  return [];
}

/**
 * Chapters as Nero and ffmpeg list them, which no standard describes. Version 1 has a reserved byte, and 32 bits for the count in
 * place of 8. Reads up to the first chapter that is cut off.
 */
function readChpl(r: ByteReader): MovieChapter[] {
  if (r.left < 9) return [];
  const version = r.u8();
  r.skip(version === 0 ? 3 : 4);
  const count = version === 0 ? r.u8() : r.u32();
  const chapters: MovieChapter[] = [];
  while (chapters.length < count && r.left >= 9) {
    const start = r.u32() * 2 ** 32 + r.u32();
    const size = r.u8();
    if (size > r.left || !Number.isSafeInteger(start)) break;
    chapters.push({ start, title: decodeName(r.take(size).bytes) });
    if (chapters.length > MAX_LISTED_CHAPTERS) return [];
  }
  return chapters;
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
