import { ByteReader, type ByteWriter } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { parseLanguage } from "../language.ts";
import { omitUndefined } from "../omit_undefined.ts";
import { readBoxes, readVersion } from "./box.ts";
import { type Matrix, ONE, type Orientation, readMatrix, writeMatrix } from "./matrix.ts";
import { type InitMedia, mdia, type Media, readMdia } from "./mdia.ts";
import type { Edit, Track, TrackGeometry } from "./movie.ts";
import type { ParseContext } from "./samples/parse_context.ts";
import { readRows } from "./samples/paged_table.ts";
import { createSampleTable } from "./samples/stbl.ts";
import { readTref, readUdta, type UserData } from "./user_data.ts";

/** Flags of tkhd (14496-12 §8.3.2): enabled and in the movie. */
const TKHD_ENABLED = 0x1;
const TKHD_FLAGS = TKHD_ENABLED | 0x2;
const TKHD_IN_PREVIEW = 0x4;

/** Track of an init segment, or of a movie without fragments. */
export interface InitTrack extends InitMedia {
  readonly id: number;
  readonly mediaTime: number;
  /** Before rotation, in square pixels; 0 unless video. */
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
}

interface TrackHeader {
  readonly id: number;
  readonly isEnabled: boolean;
  readonly matrix: Matrix;
  readonly geometry: TrackGeometry;
}

interface TrackBoxes extends Media {
  tkhd?: TrackHeader;
  userData?: UserData;
  chapters: readonly number[];
  edits: Edit[];
}

/** Track (14496-12 §8.3.1). */
export function trak(w: ByteWriter, track: InitTrack): void {
  const { mediaTime, tables } = track;
  const edits = tables?.edits ?? (mediaTime > 0 ? [{ duration: 0, mediaTime }] : []);
  w.box("trak", () => {
    tkhd(w, track);
    if (edits.length > 0) w.box("edts", () => elst(w, edits));
    mdia(w, track);
  });
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
    language: findLanguage(boxes.extendedLanguage, mdhd.language),
    matrix: tkhd.matrix,
    name: userData?.name || handler.name,
    kinds: userData?.kinds ?? [],
    characteristics: userData?.characteristics ?? [],
    chapterTrackIds: boxes.chapters,
    isEnabled: tkhd.isEnabled,
    geometry: tkhd.geometry,
    edits,
    entries: tables.entries,
    ...omitUndefined({
      rollDistance: tables.rollDistance,
      preRollDistance: tables.preRollDistance,
    }),
    samples: createSampleTable(tables, tkhd.id, context),
  };
}

/** An extended language takes precedence (14496-12 §8.4.6), unless it is no valid tag. */
function findLanguage(extended: string, language: string): string {
  const tag = parseLanguage(extended);
  return tag === undefined || tag === "und" ? language : tag;
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

/** Track Header (14496-12 §8.3.2). */
function tkhd(w: ByteWriter, track: InitTrack): void {
  const { id, type, width, height, orientation, tables } = track;
  const flags = type === "video" ? TKHD_IN_PREVIEW | TKHD_FLAGS : TKHD_FLAGS;
  const version = tables ? 1 : 0;
  w.fullBox("tkhd", version, flags, () => {
    w.skip(version === 1 ? 16 : 8);
    w.u32(id);
    w.skip(4);
    if (tables) w.u64(tables.movieDuration);
    else w.u32(0);
    w.skip(8);
    w.skip(2 + 2);
    w.u16(type === "audio" ? 0x100 : 0);
    w.skip(2);
    writeMatrix(w, orientation, width, height);
    w.u32(Math.round(width * ONE));
    w.u32(Math.round(height * ONE));
  });
}

/** Track Header (14496-12 §8.3.2). */
export function readTkhd(r: ByteReader): TrackHeader {
  const { version, flags } = readVersion(r, 1);
  r.skip(version === 1 ? 16 : 8);
  const id = r.u32();
  r.skip(version === 1 ? 12 : 8);
  r.skip(16);
  const matrix = readMatrix(r);
  const { x, y } = matrix;
  const [width, height] = [r.u32() / ONE, r.u32() / ONE];
  const isEnabled = (flags & TKHD_ENABLED) !== 0;
  return { id, isEnabled, matrix, geometry: { x, y, width, height } };
}

/** Edit List (14496-12 §8.6.6). */
function elst(w: ByteWriter, edits: readonly Omit<Edit, "rate">[]): void {
  const isShort = edits.every(({ duration, mediaTime }) =>
    duration < 2 ** 32 && mediaTime < 2 ** 31
  );
  w.fullBox("elst", isShort ? 0 : 1, 0, () => {
    w.u32(edits.length);
    for (const { duration, mediaTime } of edits) {
      if (isShort) {
        w.u32(duration);
        w.i32(mediaTime);
      } else {
        w.u64(duration);
        w.u64(mediaTime); // two's complement of -1, too
      }
      w.u32(ONE);
    }
  });
}

/** An edit takes 80 bytes of memory. Editing programs write one for each cut. */
const MAX_EDITS = 2 ** 16;

/**
 * Edit List (14496-12 §8.6.6).
 *
 * @throws MediaError if the count exceeds the box or `MAX_EDITS`
 */
export function readElst(r: ByteReader): Edit[] {
  const { version } = readVersion(r, 1);
  const count = r.u32();
  const e = new ByteReader(readRows(r, count, version === 1 ? 20 : 12));
  if (count > MAX_EDITS) {
    const why = `Cannot read ${count} edits, expected at most ${MAX_EDITS}`;
    throw new MediaError(why, "MEDIA_UNSUPPORTED");
  }
  return Array.from({ length: count }, () => ({
    duration: version === 1 ? e.u64() : e.u32(),
    mediaTime: version === 1 ? e.i64() : e.i32(),
    rate: e.i16() + e.u16() / 65536,
  }));
}
