/** Offset of presentation time 0 if all tracks start late (docs/design/timing.md). */

import { findMin } from "../../extremes.ts";
import type { Movie, Track } from "../../mp4/movie.ts";
import { applyEditList } from "../../input/edit_list.ts";
import type { MediaRendition } from "../../presentation/presentation.ts";
import type { Source } from "../../storage/source.ts";

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
  for (const { source, track: { id } } of renditions) {
    const movie = movies.get(source)!;
    const track = movie.tracks.find((candidate) => candidate.id === id)!;
    const { start, delay } = applyEditList(track, movie.timescale);
    const ticks = delay + Math.max(start, findEarliest(track)) - start;
    const { timescale } = track;
    if (ticks / timescale < earliest.ticks / earliest.timescale) earliest = { ticks, timescale };
  }
  const isLate = earliest.ticks < Infinity && earliest.ticks > MAX_START * earliest.timescale;
  return isLate ? earliest : { ticks: 0, timescale: 1 };
}

function findEarliest({ samples }: Track): number {
  const times = Array.from(
    { length: Math.min(samples.count, REORDERED) },
    (_, i) => samples.decodeTime(i) + samples.compositionOffset(i),
  );
  return findMin(times);
}
