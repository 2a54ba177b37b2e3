/** The segment timeline of a rendition: the only home of segment times. */

import { binarySearchLessOrEqual } from "../binary_search.ts";
import type { SampleTable } from "../mp4/samples/sample_table.ts";
import type { SampleTiming } from "./sample_timing.ts";

/**
 * Segment `i` is presented in `[times[i], times[i + 1])` and contains the samples `[samples[i], samples[i + 1])`. Both lists have
 * one entry more than there are segments. Times are in the rendition's timescale.
 */
export interface Timeline {
  /** Earliest presentation time of each segment, never below 0; then the end of the rendition. */
  readonly times: Float64Array;
  /** Index of the first sample of each segment; then the end of the last one. */
  readonly samples: Float64Array;
  /** Presentation time of each segment's first sample. In an open GOP, later samples are presented before it. */
  readonly firstSampleTimes: Float64Array;
}

/** The samples of a track and their times. */
export interface TimedTrack {
  readonly table: SampleTable;
  readonly timing: SampleTiming;
}

/** Segment starts that differ by no more than this are equal. In seconds: one tick of a timescale of 1000. */
export const TOLERANCE = 0.001;

/** Returns the number of segments. */
export function countSegments(timeline: Timeline): number {
  return timeline.times.length - 1;
}

/** Returns the index of the segment that starts exactly at `time`, or -1. */
export function findSegment({ times }: Pick<Timeline, "times">, time: number): number {
  const index = binarySearchLessOrEqual(times, time);
  return index < times.length - 1 && times[index] === time ? index : -1;
}

type TimedTimeline = { readonly timing: SampleTiming; readonly timeline: Timeline };

/** Returns the first segment start, in seconds, that only one of two renditions has; undefined if they are aligned. */
export function findFirstDifference(a: TimedTimeline, b: TimedTimeline): number | undefined {
  const count = Math.max(countSegments(a.timeline), countSegments(b.timeline));
  for (let i = 0; i < count; i++) {
    const left = getStart(a.timeline, i) / a.timing.timescale;
    const right = getStart(b.timeline, i) / b.timing.timescale;
    if (!(Math.abs(left - right) <= TOLERANCE * 1.000001)) return Math.min(left, right);
  }
  return undefined;
}

function getStart(timeline: Timeline, segment: number): number {
  return segment < countSegments(timeline) ? timeline.times[segment]! : Infinity;
}
