/** Offset of presentation time 0 if all tracks start late (docs/design/timing.md). */

import { findMin } from "../../extremes.ts";
import type { Movie, Track } from "../../mp4/movie.ts";
import type { MediaRendition } from "../../presentation/presentation.ts";
import type { Source } from "../../storage/source.ts";
import { rescale } from "../../time.ts";
import { EditedTimes } from "./edited_times.ts";
import { readExpectedEdits } from "./edits.ts";

/** In seconds. */
const MAX_START = 1;

/** More samples than any encoder reorders. */
const REORDERED = 64;

/** A fraction of seconds. */
export interface StartOffset {
  readonly ticks: number;
  readonly timescale: number;
}

/** Computes by how much all tracks move forward: the earliest start, if it is later than a second. */
export function computeStartOffset(
  renditions: readonly MediaRendition[],
  movies: ReadonlyMap<Source, Movie>,
): StartOffset {
  let earliest: StartOffset = { ticks: Infinity, timescale: 1 };
  for (const rendition of renditions) {
    const start = findStart(rendition, movies.get(rendition.source)!);
    if (start.ticks / start.timescale < earliest.ticks / earliest.timescale) earliest = start;
  }
  const isLate = earliest.ticks < Infinity && earliest.ticks > MAX_START * earliest.timescale;
  return isLate ? earliest : { ticks: 0, timescale: 1 };
}

function findStart(
  { type, timing, track: { id }, codec: { family } }: MediaRendition,
  movie: Movie,
): StartOffset {
  const track = movie.tracks.find((candidate) => candidate.id === id)!;
  const { timescale } = track;
  const edits = readExpectedEdits(track, movie.timescale);
  const [{ start, at }, ...others] = edits;
  if (others.length > 0) {
    const factor = timing.timescale / timescale;
    const options = { track, edits, movieTimescale: movie.timescale, type, family, factor };
    const times = new EditedTimes({ ...options, startOffset: 0, first: 0 });
    return { ticks: times.start, timescale: timing.timescale };
  }
  const delay = rescale(at, movie.timescale, timescale);
  return { ticks: delay + Math.max(start, findEarliest(track)) - start, timescale };
}

function findEarliest({ samples }: Track): number {
  const times = Array.from(
    { length: Math.min(samples.count, REORDERED) },
    (_, i) => samples.decodeTime(i) + samples.compositionOffset(i),
  );
  return findMin(times);
}
