/** Fewer requests for what is scattered over a file: what is between ranges is read as well. */

import type { FileRange } from "./block_cache.ts";
import { BLOCK_BYTES } from "./shared_pages.ts";

interface JoinLimits {
  /** Requests that are made at the same time without need to join them. */
  readonly maxCount: number;
  /** Bytes between ranges that are read for nothing, in all. */
  readonly maxBytes: number;
}

/** Joins the ranges that are nearest to each other until there are few enough, or too much is between them. */
export function joinRanges(
  ranges: readonly FileRange[],
  { maxCount, maxBytes }: JoinLimits,
): readonly FileRange[] {
  if (ranges.length <= maxCount) return ranges;
  const runs = joinNeighbours(ranges);
  const ascending = runs.keys().drop(1).toArray()
    .sort((a, b) => getDistance(runs, a) - getDistance(runs, b));
  const joined = new Set<number>();
  let bytes = 0;
  for (const i of ascending) {
    bytes += getDistance(runs, i);
    if (runs.length - joined.size <= maxCount || bytes > maxBytes) break;
    joined.add(i);
  }
  const all: [start: number, end: number][] = [];
  for (const [i, [start, end]] of runs.entries()) {
    if (joined.has(i)) all.at(-1)![1] = end;
    else all.push([start, end]);
  }
  return all;
}

/** Joins ranges of the same block, and of blocks that follow each other, which are one request anyway. */
function joinNeighbours(ranges: readonly FileRange[]): FileRange[] {
  const runs: [start: number, end: number][] = [];
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = runs.at(-1);
    const isNext = last && Math.floor(start / BLOCK_BYTES) <= Math.ceil(last[1] / BLOCK_BYTES);
    if (isNext) last[1] = Math.max(last[1], end);
    else runs.push([start, end]);
  }
  return runs;
}

function getDistance(runs: readonly FileRange[], i: number): number {
  return runs[i]![0] - runs[i - 1]![1];
}
