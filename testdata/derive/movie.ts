/** Rewrites and extends a moov. */

import { ByteReader } from "../../lib/bytes.ts";
import { encodeLanguage } from "../../lib/mp4/language_code.ts";
import { type Box, buildBody, createBox, find, findAll, findTrack, replaceBoxes } from "./boxes.ts";
import {
  patchU32,
  readRows,
  readSizes,
  readU32At,
  setEdits,
  widen,
  writeRows,
  writeSizes,
} from "./tables.ts";

const STBL = "mdia/minf/stbl";

/** Uses 64 bits wherever the format allows: co64, version 1 of headers and edits, sizes of moov and mdat. */
export function toVersion1(boxes: Box[]): void {
  for (const box of boxes) box.large = box.type === "moov" || box.type === "mdat";
  const headers = ["moov/mvhd", "moov/trak/tkhd", "moov/trak/mdia/mdhd"];
  for (const box of headers.flatMap((path) => findAll(boxes, path))) {
    widen(box, (r, w) => {
      w.u64(r.u32()); // creation
      w.u64(r.u32()); // modification
      w.u32(r.u32()); // timescale, or track_ID
      if (box.type === "tkhd") w.u32(r.u32());
      w.u64(r.u32()); // duration
    });
  }
  for (const elst of findAll(boxes, "moov/trak/edts/elst")) {
    widen(elst, (r, w) => {
      w.u32(r.u32());
      while (r.left) {
        w.u64(r.u32());
        w.u64(r.i32());
        w.u32(r.u32());
      }
    });
  }
  replaceBoxes(boxes, `moov/trak/${STBL}/stco`, (stco) => {
    const rows = readRows(stco, 1);
    const body = buildBody((w) => {
      w.u32(0);
      w.u32(rows.length);
      for (const [offset] of rows) w.u64(offset!);
    });
    return [createBox("co64", body)];
  });
}

/** Converts to a QuickTime sound description of version 2, with esds as a child instead of in a wave. */
export function toSoundDescriptionV2(boxes: Box[]): void {
  const mp4a = find(findTrack(boxes, "soun").children, `${STBL}/stsd/mp4a`);
  const esds = findEsdsInWave(mp4a.body.subarray(44));
  mp4a.body = buildBody((w) => {
    w.bytes(mp4a.body.subarray(0, 8)); // reserved, data reference
    w.u16(2);
    w.u16(0);
    w.u32(0);
    for (const always of [3, 16, 0xfffe, 0]) w.u16(always);
    w.u32(65536);
    w.u32(72); // offset of its boxes
    w.bytes(new Uint8Array(new BigUint64Array([toDoubleBits(48000)]).buffer).reverse());
    w.u32(2); // channels
    w.u32(0x7f000000);
    for (const field of [0, 0, 0, 1024]) w.u32(field); // bits, flags, bytes and frames per packet
  });
  mp4a.children = [createBox("esds", esds)];
}

function toDoubleBits(value: number): bigint {
  return new BigUint64Array(new Float64Array([value]).buffer)[0]!;
}

function findEsdsInWave(boxes: Uint8Array): Uint8Array {
  const r = new ByteReader(boxes);
  const size = r.u32();
  if (r.ascii(4) !== "wave") throw new Error("Cannot find a wave");
  const wave = r.take(size - 8);
  while (wave.left >= 8) {
    const body = wave.take(wave.u32() - 4);
    if (body.ascii(4) === "esds") return body.rest().bytes;
  }
  throw new Error("Cannot find an esds in the wave");
}

/** Appends the track of `other`, which has the same tables, as samples of a second sample entry. */
export function appendTrack(boxes: Box[], other: Box[], handler: "vide" | "soun"): void {
  const [a, b] = [findTrack(boxes, handler), findTrack(other, handler)];
  const [first, second] = [find(boxes, "mdat"), find(other, "mdat")];
  const join = (type: string, width: number, change: (row: number[]) => number[]) => {
    const [into, from] = [a, b].map((trak) => findAll(trak.children, `${STBL}/${type}`)[0]);
    if (into && from) {
      writeRows(into, [...readRows(into, width), ...readRows(from, width).map(change)]);
    }
  };
  const sizes = [a, b].map(readSizes);
  const chunks = readRows(find(a.children, `${STBL}/stco`), 1).length;
  const moved = first.bodyStart + first.body.length - second.bodyStart;
  join("stts", 2, (row) => row);
  join("ctts", 2, (row) => row);
  join("stss", 1, ([sample]) => [sample! + sizes[0]!.length]);
  join("stsc", 3, ([chunk, samples]) => [chunk! + chunks, samples!, 2]);
  join("stco", 1, ([offset]) => [offset! + moved]);
  writeSizes(a, sizes.flat());
  appendEntries(a, b);
  first.body = buildBody((w) => [first, second].forEach((mdat) => w.bytes(mdat.body)));
  addDurations(boxes, a, b);
}

/** Sets the name in the hdlr of a track (14496-12 §8.4.3). */
export function setHandlerName(trak: Box, name: string): void {
  const hdlr = find(trak.children, "mdia/hdlr");
  hdlr.body = buildBody((w) => {
    w.bytes(hdlr.body.subarray(0, 24));
    w.ascii(name);
    w.u8(0);
  });
}

/** Lets the first track name another one as its chapters (14496-12 §8.3.3). */
export function setChapters(boxes: Box[], chapterTrackId: number): void {
  const chap = createBox("chap", buildBody((w) => w.u32(chapterTrackId)));
  find(boxes, "moov/trak").children.push(createBox("tref", new Uint8Array(), [chap]));
}

function appendEntries(a: Box, b: Box): void {
  const stsd = find(a.children, `${STBL}/stsd`);
  stsd.children.push(...find(b.children, `${STBL}/stsd`).children);
  patchU32(stsd, 4, stsd.children.length);
}

function addDurations(boxes: Box[], a: Box, b: Box): void {
  const sum = (path: string, at: number) =>
    readU32At(find(a.children, path).body, at) + readU32At(find(b.children, path).body, at);
  patchU32(find(a.children, "mdia/mdhd"), 16, sum("mdia/mdhd", 16));
  setEdits(boxes, a, [[sum("tkhd", 20), readU32At(find(a.children, "edts/elst").body, 12)]]);
}

/** Sets the language of the audio to Portuguese, with a region (elng). */
export function setPortuguese(boxes: Box[], tag: string): void {
  const mdia = find(findTrack(boxes, "soun").children, "mdia");
  const mdhd = find(mdia.children, "mdhd").body;
  new DataView(mdhd.buffer, mdhd.byteOffset).setUint16(20, encodeLanguage("por"));
  mdia.children.push(createBox("elng", buildBody((w) => (w.u32(0), w.cstring(tag)))));
}
