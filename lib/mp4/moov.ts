import type { ByteReader, ByteWriter } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { findMax } from "../extremes.ts";
import { inBox, readBoxes, readVersion } from "./box.ts";
import {
  IDENTITY,
  type Matrix,
  multiply,
  ONE,
  readMatrix,
  UPRIGHT,
  writeMatrix,
} from "./matrix.ts";
import type { Track } from "./movie.ts";
import type { ParseContext } from "./samples/parse_context.ts";
import { type InitTrack, readTrak, trak } from "./trak.ts";
import { type MovieChapter, readMovieUdta } from "./user_data.ts";

export interface Moov {
  readonly timescale: number;
  readonly tracks: Track[];
  readonly trexes: ReadonlyMap<number, Trex>;
  readonly chapters: readonly MovieChapter[];
}

export interface MovieHeader {
  readonly timescale: number;
  /** Applied to all tracks after their own. */
  readonly matrix: Matrix;
}

const MATRIX_SIZE = 36;

/** As many as a package may list (docs/package-format.md). */
const MAX_TRACKS = 1000;

export interface Trex {
  readonly trackId: number;
  readonly descriptionIndex: number;
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

/**
 * Movie (14496-12 §8.2.1) with one track: an init segment, unless the track has tables of its samples.
 *
 * @param pssh complete box, if samples are encrypted
 */
export function moov(w: ByteWriter, track: InitTrack, pssh?: Uint8Array): void {
  writeMovie(w, { header: track, tracks: [track], pssh });
}

/** Movie (14496-12 §8.2.1) of an init segment with one track or more. */
export function initMoov(
  w: ByteWriter,
  { timescale, tracks }: { readonly timescale: number; readonly tracks: readonly InitTrack[] },
): void {
  writeMovie(w, { header: { id: findMax(tracks.map(({ id }) => id)), timescale }, tracks });
}

/** What mvhd declares; its ID is the last one of a track. */
type MovieFields = Pick<InitTrack, "id" | "timescale" | "tables">;

interface MovieParts {
  readonly header: MovieFields;
  readonly tracks: readonly InitTrack[];
  readonly pssh?: Uint8Array | undefined;
}

function writeMovie(w: ByteWriter, { header, tracks, pssh }: MovieParts): void {
  w.box("moov", () => {
    mvhd(w, header);
    for (const track of tracks) trak(w, track);
    if (!header.tables) w.box("mvex", () => tracks.forEach(({ id }) => trex(w, id)));
    if (pssh) w.bytes(pssh);
  });
}

/**
 * Movie (14496-12 §8.2.1).
 *
 * @throws MediaError with the box path if a box is invalid, a track_ID is repeated, or there are too many tracks
 */
export function readMoov(r: ByteReader, context: ParseContext): Moov {
  return inBox("moov", () => {
    const header: { movie?: MovieHeader } = {};
    const tracks: Track[] = [];
    const trexes = new Map<number, Trex>();
    let chapters: readonly MovieChapter[] = [];
    const addTrex = (trex: Trex) => trexes.set(trex.trackId, trex);
    readBoxes(r, {
      mvhd: (r) => header.movie = readMvhd(r),
      trak: (r) => {
        if (tracks.push(readTrak(r, context)) > MAX_TRACKS) rejectTracks();
      },
      mvex: (r) => readBoxes(r, { trex: (r) => addTrex(readTrex(r)) }),
      udta: (r) => chapters = readMovieUdta(r),
      cmov: rejectCompressed,
    });
    if (!header.movie) throw new MediaError("Cannot find a mvhd box");
    checkTrackIds(tracks);
    const { timescale, matrix } = header.movie;
    return {
      timescale,
      tracks: tracks.map((track) => ({ ...track, matrix: multiply(track.matrix, matrix) })),
      trexes,
      chapters,
    };
  });
}

function rejectTracks(): never {
  throw new MediaError(`Cannot read more than ${MAX_TRACKS} tracks`, "MEDIA_UNSUPPORTED");
}

function rejectCompressed(): never {
  throw new MediaError("Cannot read a compressed movie", "MEDIA_UNSUPPORTED");
}

/** Movie Header (14496-12 §8.2.2). */
function mvhd(w: ByteWriter, { id, timescale, tables }: MovieFields): void {
  const version = tables ? 1 : 0;
  w.fullBox("mvhd", version, 0, () => {
    w.skip(version === 1 ? 16 : 8); // creation and modification time: constant for equal bytes
    w.u32(timescale);
    if (tables) w.u64(tables.movieDuration);
    else w.u32(0);
    w.u32(ONE);
    w.u16(0x100);
    w.skip(10);
    writeMatrix(w, UPRIGHT, 0, 0);
    w.skip(24);
    w.u32(id + 1); // next_track_ID
  });
}

/** Movie Header (14496-12 §8.2.2). A file that ends after the timescale has no matrix. */
export function readMvhd(r: ByteReader): MovieHeader {
  const { version } = readVersion(r, 1);
  r.skip(version === 1 ? 16 : 8);
  const timescale = r.u32();
  if (timescale === 0) throw new MediaError("Cannot read a timescale of 0");
  const beforeMatrix = (version === 1 ? 8 : 4) + 4 + 2 + 10; // duration, rate, volume, reserved
  if (r.left < beforeMatrix + MATRIX_SIZE) return { timescale, matrix: IDENTITY };
  r.skip(beforeMatrix);
  return { timescale, matrix: readMatrix(r) };
}

/** Track Extends (14496-12 §8.8.3). */
function trex(w: ByteWriter, trackId: number): void {
  w.fullBox("trex", 0, 0, () => {
    w.u32(trackId);
    w.u32(1); // default_sample_description_index
    w.skip(12);
  });
}

/** Track Extends (14496-12 §8.8.3). */
export function readTrex(r: ByteReader): Trex {
  readVersion(r, 0);
  return {
    trackId: r.u32(),
    descriptionIndex: r.u32(),
    duration: r.u32(),
    size: r.u32(),
    flags: r.u32(),
  };
}

function checkTrackIds(tracks: readonly Track[]): void {
  const seen = new Set<number>();
  for (const { id } of tracks) {
    if (seen.has(id)) throw new MediaError(`Cannot read two tracks with ID ${id}`);
    seen.add(id);
  }
}
