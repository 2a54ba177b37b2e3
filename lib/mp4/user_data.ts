/** What a file says of a track in words (14496-12 §8.10): nothing of it is needed to play. */

import { isUtf8 } from "node:buffer";
import type { ByteReader } from "../bytes.ts";

/** What a track is for, in the words of some scheme (14496-12 §8.10.4). */
export interface Kind {
  readonly scheme: string;
  readonly value: string;
}

export interface UserData {
  /** What ffmpeg, HandBrake and QuickTime call the track; "" where they don't. */
  readonly name: string;
  readonly kinds: readonly Kind[];
  /** What QuickTime calls media characteristics: `public.easy-to-read`. */
  readonly characteristics: readonly string[];
}

/** Bytes of a name, and kinds, beyond which nobody means what is there. */
const MAX_NAME_LENGTH = 400;
const MAX_KINDS = 32;

/**
 * User Data (14496-12 §8.10.1; QuickTime File Format, User Data Atoms). In trak. Where a size lies, the rest is passed over:
 * a film plays without, and QuickTime itself closes the list with a 32-bit 0.
 */
export function readUdta(r: ByteReader): UserData {
  let name = "";
  const kinds: Kind[] = [];
  const characteristics: string[] = [];
  while (r.left >= 8) {
    const size = r.u32() - 8;
    const type = r.ascii(4);
    if (size < 0 || size > r.left) break;
    const body = r.take(size);
    if (type === "name") name ||= decodeName(body.bytes);
    if (type === "kind" && size > 4 && kinds.length < MAX_KINDS) kinds.push(readKind(body));
    if (type === "tagc" && characteristics.length < MAX_KINDS) {
      characteristics.push(decodeName(body.bytes));
    }
  }
  return { name, kinds, characteristics };
}

/** Track Kind (14496-12 §8.10.4). In udta. */
function readKind(r: ByteReader): Kind {
  r.skip(4); // version and flags, of which there is one
  return { scheme: r.cstring(), value: r.cstring() };
}

/**
 * Track Reference (14496-12 §8.3.3): the tracks that hold this one's chapters (`chap`). In trak. Nothing else of it is needed
 * to play, so what is no box ends it.
 */
export function readTref(r: ByteReader): number[] {
  const chapters: number[] = [];
  while (r.left >= 8) {
    const size = r.u32() - 8;
    const type = r.ascii(4);
    if (size < 0 || size > r.left) break;
    const body = r.take(size);
    while (type === "chap" && body.left >= 4) chapters.push(body.u32());
  }
  return chapters;
}

/** The name in hdlr (14496-12 §8.4.3): a C string, or QuickTime's with its length in front. */
export function readHandlerName(r: ByteReader): string {
  const bytes = r.bytes.subarray(Math.min(r.position + 12, r.bytes.length)); // reserved
  const counted = bytes.length > 1 && bytes[0] === bytes.length - 1;
  return decodeName(counted ? bytes.subarray(1) : bytes);
}

/** On one line; "" of what is no UTF-8 (old files have other character sets), or too long for a name. */
function decodeName(bytes: Uint8Array): string {
  const nul = bytes.indexOf(0);
  const text = nul < 0 ? bytes : bytes.subarray(0, nul);
  if (text.length > MAX_NAME_LENGTH || !isUtf8(text)) return "";
  // deno-lint-ignore no-control-regex -- names of files may hold anything
  return new TextDecoder().decode(text).replace(/[\s\u0000-\u001F\u007F]+/g, " ").trim();
}
