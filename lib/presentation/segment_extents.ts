/** Where the samples of segments are in a file, from the index of a package: they are loaded at the same time as their rows. */

import { binarySearchLessOrEqual } from "../binary_search.ts";
import { IndexMismatchError } from "../errors.ts";
import { MissingPages } from "../mp4/samples/pages.ts";
import type { SampleTable } from "../mp4/samples/sample_table.ts";
import { EXTENT_UNIT, type SegmentExtents } from "../package/segment_extents.ts";
import type { Timeline } from "./segment_timeline.ts";

/** Samples of a segment that are further apart are loaded after their rows, relative to their size and in bytes. */
const MAX_SPREAD = { factor: 2, constant: 2 ** 20 };

/** Measures the segments of a track. */
export function measureExtents(
  table: SampleTable,
  { samples: bounds }: Pick<Timeline, "samples">,
): SegmentExtents {
  const count = bounds.length - 1;
  const [starts, ends] = [new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < count; i++) {
    const { offsets, sizes } = table.readSamplesUncached(bounds[i]!, bounds[i + 1]!);
    const first = offsets.reduce((least, offset) => Math.min(least, offset), Infinity);
    const end = offsets.reduce((last, offset, k) => Math.max(last, offset + sizes[k]!), 0);
    starts[i] = EXTENT_UNIT * Math.floor(first / EXTENT_UNIT);
    ends[i] = EXTENT_UNIT * Math.ceil(end / EXTENT_UNIT);
  }
  return { starts, ends };
}

/** Extents with what else the index says of the segments. */
export interface ExpectedSegments extends SegmentExtents {
  readonly timeline: Timeline;
}

/**
 * Adds to pages that are missing for rows the samples that they describe.
 *
 * @param first sample with which a segment starts
 */
export function withSamples<T>(
  { timeline, starts, ends }: ExpectedSegments,
  { first, size }: { readonly first: number; readonly size: number },
  read: () => T,
): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MissingPages)) throw error;
    const i = findSegment(timeline, first);
    const [start, end] = [starts[i]!, Math.min(ends[i]!, size)];
    const bytes = timeline.bytes[i]! - timeline.headers[i]!;
    if (end - start <= MAX_SPREAD.factor * bytes + MAX_SPREAD.constant) {
      error.samples = [[start, end]];
    }
    throw error;
  }
}

interface FoundRun {
  readonly first: number;
  readonly time: number;
  readonly offsets: Float64Array;
  readonly sizes: Uint32Array;
}

/**
 * Compares the samples of a segment with the index.
 *
 * @throws IndexMismatchError
 */
export function checkExtents(
  { timeline, starts, ends }: ExpectedSegments,
  runs: readonly FoundRun[],
  file: string,
): void {
  const [firstRun] = runs;
  if (!firstRun) return;
  const i = findSegment(timeline, firstRun.first);
  let bytes = 0;
  for (const { offsets, sizes } of runs) {
    for (let k = 0; k < sizes.length; k++) {
      const end = offsets[k]! + sizes[k]!;
      if (offsets[k]! < starts[i]! || end > ends[i]!) throw createMismatch(i, file);
      bytes += sizes[k]!;
    }
  }
  const isExpected = bytes === timeline.bytes[i]! - timeline.headers[i]! &&
    firstRun.time === timeline.decodeTimes[i];
  if (!isExpected) throw createMismatch(i, file);
}

function findSegment({ samples }: Timeline, first: number): number {
  return Math.min(Math.max(0, binarySearchLessOrEqual(samples, first)), samples.length - 2);
}

function createMismatch(segment: number, file: string): IndexMismatchError {
  return new IndexMismatchError(`Cannot find the samples of segment ${segment + 1} in the file`)
    .inFile(file);
}
