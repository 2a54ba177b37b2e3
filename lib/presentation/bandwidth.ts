/** How many bits a second a rendition takes: at its peak, and on average (RFC 8216 §4.3.4.2). */

import { computeSegmentBytes } from "./segment_samples.ts";
import type { Segmented } from "./segment_samples.ts";

/** Of one segment: bytes, and seconds by decode time (what HLS calls EXTINF). */
export interface SegmentSize {
  readonly bytes: number;
  readonly seconds: number;
}

/** Of CMAF segments, a row a segment. */
export function computeSegmentSizes(rendition: Segmented): SegmentSize[] {
  const { totals } = computeSegmentBytes(rendition);
  return computeSegmentDurations(rendition).map((seconds, i) => ({ bytes: totals[i]!, seconds }));
}

/** How long each segment decodes, in seconds. */
export function computeSegmentDurations({ timing, timeline: { samples } }: Segmented): number[] {
  const spans: number[] = [];
  let from = NaN;
  for (let i = 0; i < samples.length; i++) {
    const time = timing.decodeTime(samples[i]!) / timing.timescale;
    if (i > 0) spans.push(time - from);
    from = time;
  }
  return spans;
}

/** Consecutive segments that are looked at together: real ones last a target duration, or not much less. */
const MOST = 64;

/**
 * The largest rate of consecutive segments that last 0.5 to 1.5 target durations together; where none do, of any one.
 *
 * @param target in seconds
 * @returns bit/s, rounded up
 */
export function computePeakBandwidth(segments: readonly SegmentSize[], target: number): number {
  let peak = 0;
  for (let i = 0; i < segments.length; i++) {
    let [bytes, seconds] = [0, 0];
    for (let j = i; j < Math.min(segments.length, i + MOST) && seconds <= 1.5 * target; j++) {
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

/** All bytes over all seconds. @returns bit/s, rounded up */
export function computeAverageBandwidth(segments: readonly SegmentSize[]): number {
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const seconds = segments.reduce((sum, segment) => sum + segment.seconds, 0);
  return seconds > 0 ? Math.ceil(8 * bytes / seconds) : 0;
}
