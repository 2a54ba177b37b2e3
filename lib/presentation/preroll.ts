/** Preroll: video samples before the start of the edit that are needed for decoding (docs/design/timing.md). */

import { MediaError } from "../errors.ts";
import type { EditWindow } from "../input/edit_list.ts";
import { computeTimescaleFactor, findComposedBefore } from "../input/edit_range.ts";
import type { Track } from "../mp4/movie.ts";
import { getCompositionTime } from "../mp4/samples/sample_table.ts";

/** Times of the first samples, in ticks of the track's timescale × `factor`. */
export interface Preroll {
  /** Index of the first sample with times of the track. */
  readonly end: number;
  readonly factor: number;
  readonly presentationTimes: readonly number[];
  /** One per sample, and that of the sample at `end`. */
  readonly decodeTimes: readonly number[];
}

/** Before the first sample with a decode time of the track. */
const MAX_GAP_SECONDS = 1;

export function buildEmptyPreroll(first: number): Preroll {
  return { end: first, factor: 1, presentationTimes: [], decodeTimes: [0] };
}

/**
 * Presents each sample before the edit's start for one tick at the start. Samples that are presented within these ticks follow
 * them. The last sample lasts through a still stretch after it.
 *
 * @throws MediaError if the multiplied timescale exceeds 32 bits
 */
export function compressPreroll(
  { id, samples: table, timescale }: Track,
  { start, delay }: EditWindow,
  { first, end }: { first: number; end: number },
): Preroll {
  const early = findComposedBefore(table, { first, end, time: start });
  if (early.length === 0) return buildEmptyPreroll(first);
  const factor = computeTimescaleFactor(timescale, early.length);
  if (factor * timescale >= 2 ** 32) { // mdhd has 32 bits
    const message =
      `Cannot present track ${id}: its edit starts after ${early.length} video samples`;
    throw new MediaError(message);
  }
  const moved = findComposedBefore(table, { first, end, time: start + early.length / factor });
  moved.sort((a, b) => getCompositionTime(table, a) - getCompositionTime(table, b));
  const rank = new Map(moved.map((index, i) => [index, i]));
  const compressed = new Set(early);
  const prerollEnd = moved.reduce((latest, index) => Math.max(latest, index + 1), first);
  const presentationTimes: number[] = [];
  const decodeTimes = [0];
  for (let i = first; i < prerollEnd; i++) {
    const own = (getCompositionTime(table, i) - start + delay) * factor;
    presentationTimes.push(Math.max(own, delay * factor + (rank.get(i) ?? 0)));
    const duration = (table.decodeTime(i + 1) - table.decodeTime(i)) * factor;
    decodeTimes.push(decodeTimes.at(-1)! + (compressed.has(i) ? 1 : duration));
  }
  const next = (table.decodeTime(prerollEnd) - start) * factor;
  if (next - decodeTimes.at(-1)! > MAX_GAP_SECONDS * timescale * factor) {
    decodeTimes[decodeTimes.length - 1] = next;
  }
  return { end: prerollEnd, factor, presentationTimes, decodeTimes };
}
