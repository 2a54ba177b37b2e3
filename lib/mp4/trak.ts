import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { inBox, readBoxes, readVersion } from "./box.ts";
import type { ParseContext } from "./samples/parse_context.ts";
import { decodeLanguage } from "./language_code.ts";
import type { Edit, Track, TrackGeometry } from "./movie.ts";
import { createSampleTable, readStbl, type StblBoxes } from "./samples/stbl.ts";
import { readRows } from "./samples/paged_table.ts";
import { readHandlerName, readTref, readUdta, type UserData } from "./user_data.ts";

interface TrackBoxes {
  tkhd?: { id: number; rotation: Track["rotation"]; geometry: TrackGeometry };
  mdhd?: { timescale: number; language: string };
  handler: { type: string; name: string };
  userData?: UserData;
  chapters: readonly number[];
  extendedLanguage: string;
  edits: Edit[];
  tables: StblBoxes;
}

/**
 * Track (14496-12 §8.3.1).
 *
 * @throws MediaError if a mandatory box is missing or sample tables contradict each other
 */
export function readTrak(r: ByteReader, context: ParseContext): Track {
  const boxes = readTrackBoxes(r);
  const { tkhd, mdhd, handler, userData, edits, tables } = boxes;
  if (!tkhd) throw new MediaError("Cannot find a tkhd box");
  if (!mdhd) throw new MediaError(`Cannot find the mdhd box of track ${tkhd.id}`);
  return {
    id: tkhd.id,
    handler: handler.type,
    timescale: mdhd.timescale,
    language: boxes.extendedLanguage || mdhd.language,
    rotation: tkhd.rotation,
    name: userData?.name || handler.name,
    kinds: userData?.kinds ?? [],
    characteristics: userData?.characteristics ?? [],
    chapterTrackIds: boxes.chapters,
    geometry: tkhd.geometry,
    edits,
    entries: tables.entries,
    samples: createSampleTable(tables, tkhd.id, context),
  };
}

function readTrackBoxes(r: ByteReader): TrackBoxes {
  const track: TrackBoxes = {
    handler: { type: "", name: "" },
    chapters: [],
    extendedLanguage: "",
    edits: [],
    tables: { entries: [] },
  };
  readBoxes(r, {
    tkhd: (r) => track.tkhd = readTkhd(r),
    edts: (r) => readBoxes(r, { elst: (r) => track.edits = readElst(r) }),
    mdia: (r) => readMdia(r, track),
    tref: (r) => track.chapters = readTref(r),
    udta: (r) => track.userData = readUdta(r),
  });
  return track;
}

/** Media (14496-12 §8.4.1). minf needs the handler, which may follow it. */
function readMdia(r: ByteReader, track: TrackBoxes): void {
  let minf: ByteReader | undefined;
  readBoxes(r, {
    mdhd: (r) => track.mdhd = readMdhd(r),
    hdlr: (r) => track.handler = readHdlr(r),
    elng: (r) => track.extendedLanguage = readElng(r),
    minf: (r) => minf ??= r,
  });
  if (!minf) return;
  const boxes = minf;
  inBox("minf", () => {
    readBoxes(boxes, { stbl: (r) => readStbl(r, track.handler.type, track.tables) });
  });
}

/** Track Header (14496-12 §8.3.2). */
export function readTkhd(
  r: ByteReader,
): { id: number; rotation: Track["rotation"]; geometry: TrackGeometry } {
  const { version } = readVersion(r, 1);
  r.skip(version === 1 ? 16 : 8);
  const id = r.u32();
  r.skip(version === 1 ? 12 : 8);
  r.skip(16);
  const [a, b] = [r.i32(), r.i32()];
  r.skip(4);
  const [c, d] = [r.i32(), r.i32()];
  r.skip(4);
  const [x, y] = [r.i32(), r.i32()];
  r.skip(4);
  const [width, height] = [r.u32(), r.u32()];
  return { id, rotation: getRotation(a, b, c, d), geometry: toPixels({ x, y, width, height }) };
}

function toPixels({ x, y, width, height }: TrackGeometry): TrackGeometry {
  return { x: x / 65536, y: y / 65536, width: width / 65536, height: height / 65536 };
}

/** Returns the clockwise rotation, with y pointing down; 0 for mirroring and skewing. */
function getRotation(a: number, b: number, c: number, d: number): Track["rotation"] {
  if (a === 0 && d === 0 && b === -c) return b > 0 ? 90 : b < 0 ? 270 : 0;
  return b === 0 && c === 0 && a === d && a < 0 ? 180 : 0;
}

/** Edit List (14496-12 §8.6.6). */
export function readElst(r: ByteReader): Edit[] {
  const { version } = readVersion(r, 1);
  const count = r.u32();
  const e = new ByteReader(readRows(r, count, version === 1 ? 20 : 12));
  return Array.from({ length: count }, () => ({
    duration: version === 1 ? e.u64() : e.u32(),
    mediaTime: version === 1 ? e.i64() : e.i32(),
    rate: e.i16() + e.u16() / 65536,
  }));
}

/** Media Header (14496-12 §8.4.2). */
export function readMdhd(r: ByteReader): { timescale: number; language: string } {
  const { version } = readVersion(r, 1);
  r.skip(version === 1 ? 16 : 8);
  const timescale = r.u32();
  if (timescale === 0) throw new MediaError("Cannot read a timescale of 0");
  r.skip(version === 1 ? 8 : 4);
  return { timescale, language: decodeLanguage(r.u16()) };
}

/** Handler Reference (14496-12 §8.4.3). */
export function readHdlr(r: ByteReader): { type: string; name: string } {
  r.skip(8); // version, flags, QuickTime component type
  return { type: r.ascii(4), name: readHandlerName(r) };
}

/** Extended Language (14496-12 §8.4.6). */
export function readElng(r: ByteReader): string {
  readVersion(r, 0);
  return r.cstring();
}
