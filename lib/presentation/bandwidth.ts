/** Peak and average segment bit rates (RFC 8216 §4.3.4.2). */

import type { SegmentSize } from "./segment_sizes.ts";

/** In bit/s. */
export interface Bandwidths {
  readonly bandwidth: number;
  readonly averageBandwidth: number;
}

/** Sums and peaks of the segments measured so far, to which more can be added. */
export interface BandwidthState {
  /** Target duration in seconds. */
  readonly target: number;
  readonly count: number;
  readonly bytes: number;
  readonly seconds: number;
  /** In bytes per second; 0 without segments that last 0.5 to 1.5 target durations together. */
  readonly peak: number;
  /** Greatest rate of one segment, in bytes per second. */
  readonly segmentPeak: number;
  /** Last segments, which may reach 1.5 target durations with the next ones. */
  readonly last: readonly SegmentSize[];
}

/** Real segments last about a target duration, so three suffice. */
const MAX_CONSECUTIVE = 64;

/** Adds segments, at a cost in proportion to their number. `previous` has the same target duration, or is undefined. */
export function extendBandwidth(
  previous: BandwidthState | undefined,
  added: readonly SegmentSize[],
  target: number,
): BandwidthState {
  let { bytes, seconds, peak, segmentPeak } = previous ??
    { bytes: 0, seconds: 0, peak: 0, segmentPeak: 0 };
  for (const segment of added) {
    bytes += segment.bytes;
    seconds += segment.seconds;
    const rate = segment.seconds > 0 ? segment.bytes / segment.seconds : 0;
    segmentPeak = Math.max(segmentPeak, rate);
  }
  const segments = [...previous?.last ?? [], ...added];
  let first = segments.length;
  for (let i = 0; i < segments.length; i++) {
    const window = measureWindows(segments, i, target);
    peak = Math.max(peak, window.peak);
    if (!window.isComplete) first = Math.min(first, i);
  }
  const count = (previous?.count ?? 0) + added.length;
  return { target, count, bytes, seconds, peak, segmentPeak, last: segments.slice(first) };
}

/** Returns the greatest rate of consecutive segments from `first` on that last 0.5 to 1.5 target durations together. */
function measureWindows(
  segments: readonly SegmentSize[],
  first: number,
  target: number,
): { peak: number; isComplete: boolean } {
  const end = first + MAX_CONSECUTIVE;
  let [peak, bytes, seconds] = [0, 0, 0];
  let i = first;
  for (; i < Math.min(segments.length, end) && seconds <= 1.5 * target; i++) {
    bytes += segments[i]!.bytes;
    seconds += segments[i]!.seconds;
    if (seconds >= 0.5 * target && seconds <= 1.5 * target) peak = Math.max(peak, bytes / seconds);
  }
  return { peak, isComplete: i === end || seconds > 1.5 * target };
}

/** Returns the peak of `BandwidthState.peak`, else of `segmentPeak`, and the average of all segments. */
export function getBandwidths({ bytes, seconds, peak, segmentPeak }: BandwidthState): Bandwidths {
  return {
    bandwidth: Math.ceil(8 * (peak || segmentPeak)),
    averageBandwidth: toBitRate(bytes, seconds),
  };
}

/** @param target in seconds */
export function computeBandwidths(segments: readonly SegmentSize[], target: number): Bandwidths {
  return getBandwidths(extendBandwidth(undefined, segments, target));
}

/**
 * Computes the greatest rate of consecutive segments that last 0.5 to 1.5 target durations together; if there are none, of any
 * segment.
 *
 * @param target in seconds
 */
export function computePeakBandwidth(segments: readonly SegmentSize[], target: number): number {
  return computeBandwidths(segments, target).bandwidth;
}

/** Computes the average of all segments, without a search for the peak. */
export function computeAverageBandwidth(segments: readonly SegmentSize[]): number {
  let [bytes, seconds] = [0, 0];
  for (const segment of segments) {
    bytes += segment.bytes;
    seconds += segment.seconds;
  }
  return toBitRate(bytes, seconds);
}

/** In bit/s. */
function toBitRate(bytes: number, seconds: number): number {
  return seconds > 0 ? Math.ceil(8 * bytes / seconds) : 0;
}
