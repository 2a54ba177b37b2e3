/** By how much a title is put forward whose files all start long after 0 (DESIGN: timing). */

import type { Movie } from "../../mp4/movie.ts";
import { applyEditList } from "../../input/edit_list.ts";
import type { MediaRendition } from "../../presentation/presentation.ts";
import type { Source } from "../../storage/source.ts";

/** In ticks: composition offsets from here on fit into no trun. */
const FAR = 2 ** 31;

/** Whole seconds, the same for all: else sound would not go with its pictures. 0 where every start can be said as it is. */
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
  if (starts.every(({ ticks }) => ticks < FAR)) return 0;
  return Math.floor(starts.reduce((least, { seconds }) => Math.min(least, seconds), Infinity));
}
