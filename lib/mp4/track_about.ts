/** What a track says of itself beside its media: user data and references (14496-12 §8.10, §8.3.3). */

import type { ByteReader } from "../bytes.ts";
import { readBoxHeader } from "./box.ts";
import type { TrackAbout } from "./movie.ts";

export type UserData = Omit<TrackAbout, "chapters">;

/** No name that people are to read is longer. In bytes. */
const LONGEST = 1024;

/** User Data (14496-12 §8.10.1). In trak. Anything may stand in it: what is no box ends it, and harms nothing. */
export function readUdta(r: ByteReader): UserData {
  let name = "";
  const kinds: string[] = [];
  const characteristics: string[] = [];
  for (const { type, body } of looseBoxes(r)) {
    if (type === "name") name ||= textOf(body);
    else if (type === "tagc") characteristics.push(textOf(body));
    else if (type === "kind" && body.left > 4) kinds.push(readKind(body));
  }
  return { name, kinds, characteristics };
}

/** Kind (14496-12 §8.10.4): scheme and value. In udta. */
function readKind(r: ByteReader): string {
  r.skip(4); // version and flags
  return [r.cstring(), r.cstring()].filter(Boolean).join(" ");
}

/** Track Reference (14496-12 §8.3.3): the tracks that hold this one's chapters. In trak. */
export function readTref(r: ByteReader): number[] {
  const chapters: number[] = [];
  for (const { type, body } of looseBoxes(r)) {
    while (type === "chap" && body.left >= 4) chapters.push(body.u32());
  }
  return chapters;
}

function* looseBoxes(r: ByteReader): Generator<{ type: string; body: ByteReader }> {
  while (r.left >= 8) {
    const { type, size } = readBoxHeader(r);
    if (size < 0 || size > r.left) return;
    yield { type, body: r.take(size) };
  }
}

function textOf(r: ByteReader): string {
  return r.left <= LONGEST ? r.cstring() : "";
}
