/** Alignment of renditions that grow: one may have a segment that another does not have yet, or no longer. */

import { binarySearchLessOrEqual } from "../binary_search.ts";
import type { MediaRendition } from "./presentation.ts";
import { TOLERANCE } from "./segment_timeline.ts";

/** Returns true if segments start at the same times wherever all renditions have segments. */
export function areAlignedSoFar(renditions: readonly MediaRendition[]): boolean {
  return renditions.every((rendition) => haveSameStarts(renditions[0]!, rendition));
}

function haveSameStarts(a: MediaRendition, b: MediaRendition): boolean {
  if (a.timeline === b.timeline) return true;
  const first = Math.max(getStart(a, 0), getStart(b, 0));
  const [i, j] = [findStart(a, first), findStart(b, first)];
  const count = Math.min(countStarts(a) - i, countStarts(b) - j);
  for (let k = 0; k < count; k++) {
    if (Math.abs(getStart(a, i + k) - getStart(b, j + k)) > MAX_DIFFERENCE) return false;
  }
  return true;
}

/** Allows for the rounding of divisions. */
const MAX_DIFFERENCE = TOLERANCE * 1.000001;

/** The last boundary may be the end of a last frame that differs. */
function countStarts({ timeline: { times } }: MediaRendition): number {
  return times.length - 1;
}

/** In seconds. */
function getStart({ timeline: { times }, timing }: MediaRendition, index: number): number {
  return times[index]! / timing.timescale;
}

/** Returns the index of the segment that starts at a time, or contains it. */
function findStart({ timeline: { times }, timing }: MediaRendition, seconds: number): number {
  return Math.max(0, binarySearchLessOrEqual(times, (seconds + TOLERANCE) * timing.timescale));
}
