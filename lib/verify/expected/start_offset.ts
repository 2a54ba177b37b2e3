/** Offset of presentation time 0 if all files start late (docs/design/timing.md). */

import type { Movie } from "../../mp4/movie.ts";
import { applyEditList } from "../../input/edit_list.ts";
import type { MediaRendition } from "../../presentation/presentation.ts";
import type { Source } from "../../storage/source.ts";

const MAX_TRUN_OFFSET = 2 ** 31;

/** Computes by how many whole seconds all tracks move forward; 0 if all offsets can be represented. */
export function computeStartOffset(
  renditions: readonly MediaRendition[],
  movies: ReadonlyMap<Source, Movie>,
): number {
  const starts = renditions.map(({ source, track: { id } }) => {
    const movie = movies.get(source)!;
    const track = movie.tracks.find((candidate) => candidate.id === id)!;
    const { start, delay } = applyEditList(track, movie.timescale);
    const ticks = Math.max(0, track.samples.decodeTime(0) - start) + delay;
    return { ticks, seconds: ticks / track.timescale };
  });
  if (starts.every(({ ticks }) => ticks < MAX_TRUN_OFFSET)) return 0;
  return Math.floor(starts.reduce((min, { seconds }) => Math.min(min, seconds), Infinity));
}
