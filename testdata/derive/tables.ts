/** Reads and writes sample tables and edit lists (14496-12 §8.6, §8.7). */

import { ByteReader, type ByteWriter } from "../../lib/bytes.ts";
import { type Box, buildBody, find, findAll, findTrack, replaceBoxes } from "./boxes.ts";

const STBL = "mdia/minf/stbl";

/** Reads rows of `width` 32-bit numbers after version, flags and count: stts, ctts, stsc, stss, stco. */
export function readRows(box: Box, width: number): number[][] {
  const r = new ByteReader(box.body);
  r.skip(8);
  const rows: number[][] = [];
  while (r.left) rows.push(Array.from({ length: width }, () => r.u32()));
  return rows;
}

export function writeRows(box: Box, rows: readonly number[][]): void {
  box.body = buildBody((w) => {
    w.bytes(box.body.subarray(0, 4));
    w.u32(rows.length);
    for (const value of rows.flat()) w.u32(value);
  });
}

/** Reads the sample sizes of a track. */
export function readSizes(trak: Box): number[] {
  const r = new ByteReader(find(trak.children, `${STBL}/stsz`).body);
  r.skip(4);
  const constant = r.u32();
  return Array.from({ length: r.u32() }, () => constant || r.u32());
}

export function writeSizes(trak: Box, sizes: readonly number[]): void {
  find(trak.children, `${STBL}/stsz`).body = buildBody((w) => {
    w.u32(0);
    w.u32(0);
    w.u32(sizes.length);
    for (const size of sizes) w.u32(size);
  });
}

/** Reads the number of samples in each chunk. */
export function readChunkLengths(trak: Box): number[] {
  const runs = readRows(find(trak.children, `${STBL}/stsc`), 3);
  const chunks = readRows(find(trak.children, `${STBL}/stco`), 1).length;
  return Array.from({ length: chunks }, (_, i) => {
    const run = runs.findLast(([first]) => first! <= i + 1)!;
    return run[1]!;
  });
}

/** Replaces the samples of a file of one track; chunks retain their samples. */
export function changeSamples(
  boxes: readonly Box[],
  change: (sample: Uint8Array, index: number) => Uint8Array,
): void {
  const [trak] = findAll(boxes, "moov/trak");
  const mdat = find(boxes, "mdat");
  const stco = find(trak!.children, `${STBL}/stco`);
  const sizes = readSizes(trak!);
  const samples: Uint8Array[] = [];
  const chunks: number[][] = [];
  let length = 0;
  const lengths = readChunkLengths(trak!);
  readRows(stco, 1).forEach(([chunk], i) => {
    let at = chunk! - mdat.bodyStart;
    chunks.push([mdat.bodyStart + length]);
    for (let n = 0; n < lengths[i]!; n++) {
      const size = sizes[samples.length]!;
      const sample = change(mdat.body.subarray(at, at + size), samples.length);
      samples.push(sample);
      length += sample.length;
      at += size;
    }
  });
  writeRows(stco, chunks);
  writeSizes(trak!, samples.map((sample) => sample.length));
  mdat.body = buildBody((w) => samples.forEach((sample) => w.bytes(sample)));
}

/** Inserts a sample of 0 bytes into a track whose samples have one duration, in one chunk, and no composition offsets. */
export function insertEmptySample(trak: Box, index: number): void {
  const table = (type: string) => find(trak.children, `${STBL}/${type}`);
  const [[count, duration]] = readRows(table("stts"), 2) as [number[]];
  const sizes = readSizes(trak);
  sizes.splice(index, 0, 0);
  writeSizes(trak, sizes);
  writeRows(table("stts"), [[count! + 1, duration!]]);
  writeRows(table("stsc"), [[1, count! + 1, 1]]);
  const syncs = readRows(table("stss"), 1);
  writeRows(table("stss"), syncs.map(([number]) => [number! > index ? number! + 1 : number!]));
}

/** Replaces stsz with stz2 (14496-12 §8.7.3.3). */
export function compactSizes(trak: Box, fieldSize: 4 | 8 | 16): void {
  const sizes = readSizes(trak);
  if (sizes.some((size) => size >= 2 ** fieldSize)) throw new Error("Cannot fit these sizes");
  const stz2 = buildBody((w) => {
    w.u32(0);
    w.u32(fieldSize);
    w.u32(sizes.length);
    if (fieldSize === 4) sizes.push(0); // pads an odd count to a whole byte
    if (fieldSize === 16) sizes.forEach((size) => w.u16(size));
    else if (fieldSize === 8) sizes.forEach((size) => w.u8(size));
    else for (let i = 0; i + 1 < sizes.length; i += 2) w.u8(sizes[i]! * 16 + sizes[i + 1]!);
  });
  replaceBoxes(trak.children, `${STBL}/stsz`, (box) => [{ ...box, type: "stz2", body: stz2 }]);
}

/** Duration in the movie timescale, and media time in that of the track; -1 for an empty edit. */
export type EditRow = [duration: number, mediaTime: number];

/** Replaces the edit list, and sets the durations of track and movie to match. */
export function setEdits(boxes: readonly Box[], trak: Box, edits: readonly EditRow[]): void {
  find(trak.children, "edts/elst").body = buildBody((w) => {
    w.u32(0);
    w.u32(edits.length);
    for (const [duration, mediaTime] of edits) {
      w.u32(duration);
      w.i32(mediaTime);
      w.u32(0x00010000);
    }
  });
  const duration = edits.reduce((sum, [duration]) => sum + duration, 0);
  patchU32(find(trak.children, "tkhd"), 20, duration);
  const longest = findAll(boxes, "moov/trak/tkhd").map(({ body }) => readU32At(body, 20));
  patchU32(find(boxes, "moov/mvhd"), 16, Math.max(...longest));
}

/** Presents parts of video and audio of ffmpeg, whose media starts at 1024. The movie timescale is 1000. */
export function cutTracks(
  boxes: readonly Box[],
  cuts: readonly [duration: number, start: number][],
): void {
  for (const [handler, timescale] of [["vide", 12800], ["soun", 48000]] as const) {
    const rows = cuts.map(([duration, start]): EditRow => [
      Math.round(1000 * duration),
      start < 0 ? -1 : 1024 + Math.round(start * timescale),
    ]);
    setEdits(boxes, findTrack(boxes, handler), rows);
  }
}

export function readU32At(bytes: Uint8Array, at: number): number {
  const r = new ByteReader(bytes);
  r.skip(at);
  return r.u32();
}

/** Converts a box to version 1. `wide` copies the fields after version and flags that become 64 bits wide. */
export function widen(box: Box, wide: (r: ByteReader, w: ByteWriter) => void): void {
  const r = new ByteReader(box.body);
  box.body = buildBody((w) => {
    w.u32(r.u32() + 0x01000000);
    wide(r, w);
    w.bytes(r.rest().bytes);
  });
}

export function patchU32(box: Box, at: number, value: number): void {
  const bytes = box.body.slice();
  new DataView(bytes.buffer).setUint32(at, value);
  box.body = bytes;
}
