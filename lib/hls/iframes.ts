/** Key frames at the start of segments, for EXT-X-I-FRAMES-ONLY playlists. */

import { computeAverageBandwidth, computePeakBandwidth } from "../presentation/bandwidth.ts";
import { computeSegmentDurations } from "../presentation/segment_sizes.ts";
import type { SegmentSize } from "../presentation/segment_sizes.ts";
import { computeSegmentBytes } from "../presentation/segment_bytes.ts";
import type { SegmentedSamples } from "../presentation/segment_samples.ts";

/** Returns the bytes up to the end of each segment's first sample, and the seconds to the next key frame. */
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

const cache = new WeakMap<SegmentedSamples, Bandwidths>();

/** Bandwidths are in bit/s. They are cached, since this scans the sample table. */
export function computeIframeBandwidths(
  rendition: SegmentedSamples,
  targetSeconds: number,
): Bandwidths {
  const bandwidths = cache.get(rendition) ?? compute(rendition, targetSeconds);
  cache.set(rendition, bandwidths);
  return bandwidths;
}

function compute(rendition: SegmentedSamples, target: number): Bandwidths {
  const frames = computeKeyFrameSizes(rendition);
  return {
    bandwidth: computePeakBandwidth(frames, target),
    averageBandwidth: computeAverageBandwidth(frames),
  };
}
