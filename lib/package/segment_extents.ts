/** Where the samples of segments are in their file, in an index of a track. */

/** Extents are multiples of it, in bytes, so that most of them are small numbers in the index. */
export const EXTENT_UNIT = 4096;

/** Where the samples of each segment are in the file, in bytes, rounded to multiples of `EXTENT_UNIT`. */
export interface SegmentExtents {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

/** Columns of extents in units: starts, as differences to the end before, and sizes. */
export interface SerializedExtents {
  readonly starts: number[];
  readonly sizes: number[];
}

/** Most segments start where the one before ends. */
export function serializeExtents({ starts, ends }: SegmentExtents): SerializedExtents {
  return {
    starts: Array.from(starts, (start, i) => (start - (ends[i - 1] ?? 0)) / EXTENT_UNIT),
    sizes: Array.from(ends, (end, i) => (end - starts[i]!) / EXTENT_UNIT),
  };
}

/** Returns what `serializeExtents()` was given; both columns have the same length. */
export function parseExtents({ starts: gaps, sizes }: SerializedExtents): SegmentExtents {
  const [starts, ends] = [new Float64Array(gaps.length), new Float64Array(gaps.length)];
  let end = 0;
  for (const [i, gap] of gaps.entries()) {
    starts[i] = end + EXTENT_UNIT * gap;
    ends[i] = end = starts[i]! + EXTENT_UNIT * sizes[i]!;
  }
  return { starts, ends };
}
