import { binarySearchLessOrEqual } from "../binary_search.ts";
import { MediaError } from "../errors.ts";
import type { SampleTable } from "../mp4/samples/sample_table.ts";
import type { SampleTiming } from "./sample_timing.ts";

/**
 * Segment `i` is presented in `[times[i], times[i + 1])`, in the rendition's timescale, and contains the samples `[samples[i],
 * samples[i + 1])`.
 */
export interface Timeline {
  /** Number of segments before those of the timeline, which were forgotten; default: 0. */
  readonly firstOrdinal?: number;
  /** Earliest presentation times, never below 0; then the end of the rendition. */
  readonly times: Float64Array;
  readonly samples: Float64Array;
  /** Presentation times of first samples, which are not the earliest in an open GOP. */
  readonly firstSampleTimes: Float64Array;
  /** Decode times of `samples`: their differences are the EXTINF of HLS. */
  readonly decodeTimes: Float64Array;
  /** Sizes of CMAF segments, or of images. */
  readonly bytes: Float64Array;
  /** Parts of `bytes`: styp, moof and the header of mdat; 0 for images. */
  readonly headers: Float64Array;
  /** `SegmentStart` of each segment; absent: sample tables have sync samples. */
  readonly keyFrames?: Uint8Array;
  /** How the last segment of a recording ends; absent: "open" unless the presentation is live. */
  readonly ending?: SegmentEnding;
}

/** What a segment starts with. */
export const SegmentStart = {
  /** A key frame before which later samples are presented. */
  OPEN_GOP: 0,
  /** A key frame that is presented first. */
  KEY_FRAME: 1,
  /** No key frame. */
  OTHER: 2,
} as const;

/** `boundary`: other tracks may have media after it. `open`: what they have after it belongs to it, too, if nothing follows. */
export type SegmentEnding = "boundary" | "open";

export interface TimedTrack {
  readonly table: SampleTable;
  readonly timing: SampleTiming;
  /** See `Track`. */
  readonly rollDistance?: number | undefined;
  readonly hasEqualSizes?: boolean | undefined;
}

/** In seconds: one tick of a timescale of 1000. Segment starts that differ by no more are equal. */
export const TOLERANCE = 0.001;

/** Segments of 2 seconds for six days. Playlists list all of them, in about 60 bytes each. */
export const MAX_SEGMENTS = 2 ** 18;

/** Segments of all renditions; each takes 48 bytes of memory. */
const MAX_ALL_SEGMENTS = 2 ** 21;

/** @throws MediaError `MEDIA_UNSUPPORTED` if a rendition has more segments than are supported */
export function checkSegmentCount(count: number): void {
  if (count > MAX_SEGMENTS) throw createTooManyError(`more than ${MAX_SEGMENTS} segments`);
}

/** @throws MediaError `MEDIA_UNSUPPORTED` if the renditions together have more segments than are supported */
export function checkAllSegments(timelines: readonly Timeline[]): void {
  const count = timelines.reduce((sum, timeline) => sum + countSegments(timeline), 0);
  if (count <= MAX_ALL_SEGMENTS) return;
  throw createTooManyError(`${count} segments of all tracks, expected at most ${MAX_ALL_SEGMENTS}`);
}

function createTooManyError(what: string): MediaError {
  return new MediaError(
    `Cannot serve ${what}; choose a longer segment duration`,
    "MEDIA_UNSUPPORTED",
  );
}

export function countSegments(timeline: Timeline): number {
  return timeline.times.length - 1;
}

/** Maxima of all segments, which need not be those of one segment. */
export interface LargestSegment {
  readonly bytes: number;
  readonly samples: number;
}

export function findLargestSegment(
  timeline: Pick<Timeline, "bytes" | "samples">,
): LargestSegment {
  let [bytes, samples] = [0, 0];
  for (let i = 0; i < timeline.bytes.length; i++) {
    bytes = Math.max(bytes, timeline.bytes[i]!);
    samples = Math.max(samples, timeline.samples[i + 1]! - timeline.samples[i]!);
  }
  return { bytes, samples };
}

/** Returns the index of the segment that starts exactly at `time`, or -1. */
export function findSegment({ times }: Pick<Timeline, "times">, time: number): number {
  const index = binarySearchLessOrEqual(times, time);
  return index < times.length - 1 && times[index] === time ? index : -1;
}

/** Returns the segments `[first, end)` without copying them. */
export function sliceTimeline(
  { times, samples, decodeTimes, firstSampleTimes, bytes, headers, ...recorded }: Timeline,
  { first, end }: { readonly first: number; readonly end: number },
): Timeline {
  const { firstOrdinal, keyFrames, ending } = recorded;
  return {
    times: times.subarray(first, end + 1),
    samples: samples.subarray(first, end + 1),
    decodeTimes: decodeTimes.subarray(first, end + 1),
    firstSampleTimes: firstSampleTimes.subarray(first, end),
    bytes: bytes.subarray(first, end),
    headers: headers.subarray(first, end),
    ...firstOrdinal !== undefined && { firstOrdinal: firstOrdinal + first },
    ...keyFrames && { keyFrames: keyFrames.subarray(first, end) },
    ...ending && { ending: end < times.length - 1 ? "boundary" : ending },
  };
}

type TimedTimeline = { readonly timing: SampleTiming; readonly timeline: Timeline };

/** Returns the first segment start, in seconds, that only one rendition has; undefined if they are aligned. */
export function findFirstDifference(a: TimedTimeline, b: TimedTimeline): number | undefined {
  if (a.timeline === b.timeline && a.timing === b.timing) return undefined;
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
