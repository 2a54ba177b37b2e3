/** The key frame that each segment starts with: what trick play shows. */

import { computeAverageBandwidth, computePeakBandwidth } from "../presentation/bandwidth.ts";
import { computeSegmentDurations } from "../presentation/segment_sizes.ts";
import type { SegmentSize } from "../presentation/segment_sizes.ts";
import { computeSegmentBytes } from "../presentation/segment_bytes.ts";
import type { SegmentedSamples } from "../presentation/segment_samples.ts";

/** From a segment's first byte to the end of its first sample; and seconds to the next one. A row a segment. */
export function computeKeyFrameSizes(rendition: SegmentedSamples): SegmentSize[] {
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

const known = new WeakMap<SegmentedSamples, Bandwidths>();

/**
 * Of the key frames alone, in bit/s. Worked out once a rendition: it takes a pass through the table.
 *
 * @param target in seconds
 */
export function computeIframeBandwidths(
  rendition: SegmentedSamples,
  target: number,
): Bandwidths {
  const bandwidths = known.get(rendition) ?? reckoned(rendition, target);
  known.set(rendition, bandwidths);
  return bandwidths;
}

function reckoned(rendition: SegmentedSamples, target: number): Bandwidths {
  const frames = computeKeyFrameSizes(rendition);
  return {
    bandwidth: computePeakBandwidth(frames, target),
    averageBandwidth: computeAverageBandwidth(frames),
  };
}
