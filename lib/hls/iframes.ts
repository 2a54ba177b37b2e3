/** The key frame that each segment starts with: what trick play shows. */

import {
  computeAverageBandwidth,
  computePeakBandwidth,
  computeSegmentDurations,
} from "../presentation/bandwidth.ts";
import type { SegmentSize } from "../presentation/bandwidth.ts";
import { computeSegmentBytes } from "../presentation/segment_samples.ts";
import type { Segmented } from "../presentation/segment_samples.ts";

/** From a segment's first byte to the end of its first sample; and seconds to the next one. A row a segment. */
export function computeKeyFrameSizes(rendition: Segmented): SegmentSize[] {
  const { track, timeline } = rendition;
  const { headers } = computeSegmentBytes(rendition);
  return computeSegmentDurations(rendition).map((seconds, i) => {
    const first = timeline.samples[i]!;
    return { bytes: headers[i]! + track.samples.bytes(first, first + 1), seconds };
  });
}

interface Bandwidths {
  readonly bandwidth: number;
  readonly averageBandwidth: number;
}

const known = new WeakMap<Segmented, Bandwidths>();

/**
 * Of the key frames alone, in bit/s. Worked out once a rendition: it takes a pass through the table.
 *
 * @param target in seconds
 */
export function computeIframeBandwidths(
  rendition: Segmented,
  target: number,
): Bandwidths {
  const bandwidths = known.get(rendition) ?? reckoned(rendition, target);
  known.set(rendition, bandwidths);
  return bandwidths;
}

function reckoned(rendition: Segmented, target: number): Bandwidths {
  const frames = computeKeyFrameSizes(rendition);
  return {
    bandwidth: computePeakBandwidth(frames, target),
    averageBandwidth: computeAverageBandwidth(frames),
  };
}
