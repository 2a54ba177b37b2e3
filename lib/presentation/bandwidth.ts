/** Peak and average segment bit rates in bit/s (RFC 8216 §4.3.4.2). */

import type { SegmentSize } from "./segment_sizes.ts";

/** Real segments last about a target duration, so three suffice. */
const MAX_CONSECUTIVE = 64;

/**
 * Computes the greatest rate of consecutive segments that last 0.5 to 1.5 target durations together; if there are none, of any
 * segment.
 *
 * @param target in seconds
 */
export function computePeakBandwidth(segments: readonly SegmentSize[], target: number): number {
  let peak = 0;
  for (let i = 0; i < segments.length; i++) {
    const end = Math.min(segments.length, i + MAX_CONSECUTIVE);
    let [bytes, seconds] = [0, 0];
    for (let j = i; j < end && seconds <= 1.5 * target; j++) {
      bytes += segments[j]!.bytes;
      seconds += segments[j]!.seconds;
      if (seconds >= 0.5 * target && seconds <= 1.5 * target) {
        peak = Math.max(peak, bytes / seconds);
      }
    }
  }
  if (peak === 0) {
    for (const { bytes, seconds } of segments) {
      peak = Math.max(peak, seconds > 0 ? bytes / seconds : 0);
    }
  }
  return Math.ceil(8 * peak);
}

export function computeAverageBandwidth(segments: readonly SegmentSize[]): number {
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const seconds = segments.reduce((sum, segment) => sum + segment.seconds, 0);
  return seconds > 0 ? Math.ceil(8 * bytes / seconds) : 0;
}
