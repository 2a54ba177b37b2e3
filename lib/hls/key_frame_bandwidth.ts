/** Bandwidth of EXT-X-I-FRAMES-ONLY playlists, from sample sizes alone. */

import { computeAverageBandwidth, computePeakBandwidth } from "../presentation/bandwidth.ts";
import { listKeyFrames } from "../presentation/key_frames.ts";
import type { MediaRendition } from "../presentation/presentation.ts";
import { computeSegmentHeaderSize } from "../presentation/segment_bytes.ts";
import type { SegmentSize } from "../presentation/segment_sizes.ts";
import { computeTsKeyFrameSize } from "./mpegts_bandwidth.ts";
import type { SegmentFormat } from "./m3u8.ts";

/** Returns the bytes of each key frame's resource, and the seconds to the next one or to the end. */
export function computeKeyFrameSizes(
  rendition: MediaRendition,
  format: SegmentFormat,
): SegmentSize[] {
  const { timing: { timescale }, timeline } = rendition;
  const frames = listKeyFrames(rendition);
  const computeSize = format === "fmp4" ? computeFragmentSize : computeTsKeyFrameSize;
  return frames.map(({ sample, time }, i) => ({
    bytes: computeSize(rendition, sample),
    seconds: ((frames[i + 1]?.time ?? timeline.times.at(-1)!) - time) / timescale,
  }));
}

function computeFragmentSize(rendition: MediaRendition, sample: number): number {
  const bytes = rendition.track.samples.bytes(sample, sample + 1);
  return bytes + computeSegmentHeaderSize(rendition, { first: sample, end: sample + 1, bytes });
}

interface Bandwidths {
  readonly bandwidth: number;
  readonly averageBandwidth: number;
}

const caches = {
  fmp4: new WeakMap<MediaRendition, Bandwidths>(),
  ts: new WeakMap<MediaRendition, Bandwidths>(),
};

/** Bandwidths are in bit/s. They are cached, since this scans the sample table. */
export function computeKeyFrameBandwidths(
  rendition: MediaRendition,
  { format, targetSeconds }: { format: SegmentFormat; targetSeconds: number },
): Bandwidths {
  const cache = caches[format];
  const bandwidths = cache.get(rendition) ??
    compute(computeKeyFrameSizes(rendition, format), targetSeconds);
  cache.set(rendition, bandwidths);
  return bandwidths;
}

function compute(frames: readonly SegmentSize[], targetSeconds: number): Bandwidths {
  return {
    bandwidth: computePeakBandwidth(frames, targetSeconds),
    averageBandwidth: computeAverageBandwidth(frames),
  };
}
