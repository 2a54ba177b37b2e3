/** Movies of one track without fragments: ftyp, moov and one mdat, as every tool plays them. */

import { ByteWriter } from "../bytes.ts";
import { isIso6391, toIso6392 } from "../language.ts";
import { ftyp } from "./file_type.ts";
import { getOrientation } from "./matrix.ts";
import { getMdatHeaderSize, mdatHeader } from "./mdat.ts";
import { moov } from "./moov.ts";
import type { Edit, Track } from "./movie.ts";
import type { SampleColumns } from "./samples/track_tables.ts";
import type { InitTrack } from "./trak.ts";

const BRANDS = ["isom", "iso4", "mp41", "mp42"];

const TRACK_ID = 1;

export interface ProgressiveTrack {
  readonly type: "video" | "audio";
  /** Without samples. */
  readonly track: Track;
  readonly samples: SampleColumns;
  /** Presentation time of composition time 0, in ticks. */
  readonly start: number;
}

/** Writes all that comes before the samples. The movie's timescale is the track's, so that edits are exact. */
export function buildMovieHeader(track: ProgressiveTrack): Uint8Array {
  const { counts, sizes } = track.samples.chunks;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const write = (base: number) => {
    const w = new ByteWriter(2 ** 16);
    ftyp(w, BRANDS);
    moov(w, toInitTrack(track, { counts, offsets: toOffsets(sizes, base) }));
    return w;
  };
  const { length } = write(0);
  const w = write(length + getMdatHeaderSize(total));
  mdatHeader(w, total);
  return w.finish();
}

function toOffsets(sizes: Float64Array, base: number): Float64Array {
  const offsets = new Float64Array(sizes.length);
  let at = base;
  for (const [i, size] of sizes.entries()) {
    offsets[i] = at;
    at += size;
  }
  return offsets;
}

function toInitTrack(
  { type, track, samples, start }: ProgressiveTrack,
  chunks: { readonly counts: Uint32Array; readonly offsets: Float64Array },
): InitTrack {
  const { timescale, language, geometry, matrix, entries, rollDistance } = track;
  const edits = createEdits(samples, start);
  return {
    id: TRACK_ID,
    type,
    timescale,
    language: toIso6392(language),
    extendedLanguage: isIso6391(language) || language === "und" ? "" : language,
    mediaTime: 0,
    width: geometry?.width ?? 0,
    height: geometry?.height ?? 0,
    orientation: getOrientation(matrix),
    entries: entries.map(({ bytes }) => bytes),
    ...rollDistance !== undefined && { rollDistance },
    tables: {
      ...samples,
      chunks,
      edits,
      movieDuration: edits.reduce((sum, { duration }) => sum + duration, 0),
    },
  };
}

/** Presents the first sample at its time: behind an empty edit, or from a composition time on. */
function createEdits(
  { presented }: SampleColumns,
  start: number,
): Omit<Edit, "rate">[] {
  const delay = Math.max(0, start + presented.start);
  const mediaTime = delay > 0 ? presented.start : -start;
  const duration = presented.end - mediaTime;
  return [
    ...delay > 0 ? [{ duration: delay, mediaTime: -1 }] : [],
    { duration, mediaTime },
  ];
}
