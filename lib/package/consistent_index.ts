/** Checks of columns that reading JSON cannot make: the digest of an index does not authenticate its content. */

import type { RunCheckpoints } from "../mp4/samples/checkpoints.ts";
import type { SegmentExtents } from "./segment_extents.ts";
import type { TrackIndex } from "./track_index.ts";

type Column = ArrayLike<number>;

/** Returns false if columns contradict each other, so that no file can have such tables. */
export function isConsistent(index: TrackIndex): boolean {
  return hasSegments(index) && hasRuns(index) && hasChunks(index);
}

function hasSegments(
  { times, samples, firstSampleTimes, totals, headers, decodeTimes, extents }: TrackIndex,
): boolean {
  const count = firstSampleTimes.length;
  if (totals.length !== count || headers.length !== count) return false;
  if (times.length !== count + 1 || samples.length !== count + 1) return false;
  if (decodeTimes && decodeTimes.length !== count + 1) return false;
  if (extents && !areExtents(extents, count)) return false;
  return isAscending(times) && isAscending(samples) && areIntegers(firstSampleTimes) &&
    areIntegers(totals) && areIntegers(headers) && (!decodeTimes || areIntegers(decodeTimes)) &&
    headers.every((header, i) => header >= 0 && header < totals[i]!);
}

/** Returns true for ranges of the file that are not empty. */
function areExtents({ starts, ends }: SegmentExtents, count: number): boolean {
  return starts.length === count && areIntegers(starts) && areIntegers(ends) &&
    starts.every((start, i) => start >= 0 && start < ends[i]!);
}

function hasRuns({ tables: { durations, offsets } }: TrackIndex): boolean {
  return isRunColumn(durations) && isNotDescending(durations.sums, durations.sum) &&
    (!offsets || isRunColumn(offsets) && areIntegers(offsets.sums));
}

/** Runs may be empty. */
function isRunColumn({ firsts, sums, samples, sum, min }: RunCheckpoints): boolean {
  return firsts.length === sums.length && startsAt0(firsts) && isNotDescending(firsts, samples) &&
    areIntegers([samples, sum, min]) && min <= 0;
}

function hasChunks({ tables: { chunks } }: TrackIndex): boolean {
  const { firsts, descriptions, descriptionFirsts } = chunks;
  return startsAt0(firsts) && isNotDescending(firsts, Infinity) &&
    descriptions.length === descriptionFirsts.length &&
    startsAt0(descriptionFirsts) && isAscending(descriptionFirsts);
}

function startsAt0(column: Column): boolean {
  return column.length === 0 || column[0] === 0;
}

function areIntegers(column: Column): boolean {
  for (let i = 0; i < column.length; i++) if (!Number.isSafeInteger(column[i])) return false;
  return true;
}

/** Returns true for integers of at least 0. */
function isAscending(column: Column): boolean {
  let last = -1;
  for (let i = 0; i < column.length; last = column[i++]!) {
    if (!Number.isSafeInteger(column[i]) || column[i]! <= last) return false;
  }
  return true;
}

/** Returns true for integers from 0 to `max`. */
function isNotDescending(column: Column, max: number): boolean {
  let last = 0;
  for (let i = 0; i < column.length; last = column[i++]!) {
    if (!Number.isSafeInteger(column[i]) || column[i]! < last || column[i]! > max) return false;
  }
  return true;
}
