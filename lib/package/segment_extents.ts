/** Where the samples of segments are in their file, in an index of a track. */

/** Extents are multiples of it, in bytes, so that most of them are small numbers in the index. */
export const EXTENT_UNIT = 4096;

/** Where the samples of each segment are in the file, in bytes, rounded to multiples of `EXTENT_UNIT`. */
export interface SegmentExtents {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

/** Columns of extents in units: starts, as differences to the end before, and sizes, less those of the samples alone. */
export interface SerializedExtents {
  readonly starts: ArrayLike<number>;
  readonly sizes: ArrayLike<number>;
}

/**
 * Most segments start where the one before ends, and contain no other tracks.
 *
 * @param bytes of the samples of each segment
 */
export function serializeExtents(
  { starts, ends }: SegmentExtents,
  bytes: ArrayLike<number>,
): SerializedExtents {
  return {
    starts: Array.from(starts, (start, i) => (start - (ends[i - 1] ?? 0)) / EXTENT_UNIT),
    sizes: Array.from(ends, (end, i) => (end - starts[i]!) / EXTENT_UNIT - countUnits(bytes[i]!)),
  };
}

function countUnits(bytes: number): number {
  return Math.ceil(bytes / EXTENT_UNIT);
}

/** Returns what `serializeExtents()` was given; both columns have the same length. */
export function parseExtents(
  { starts: gaps, sizes }: SerializedExtents,
  bytes: ArrayLike<number>,
): SegmentExtents {
  const [starts, ends] = [new Float64Array(gaps.length), new Float64Array(gaps.length)];
  let end = 0;
  for (let i = 0; i < gaps.length; i++) {
    starts[i] = end + EXTENT_UNIT * gaps[i]!;
    ends[i] = end = starts[i]! + EXTENT_UNIT * (sizes[i]! + countUnits(bytes[i]!));
  }
  return { starts, ends };
}
