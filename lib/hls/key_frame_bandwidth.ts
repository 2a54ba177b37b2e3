/** Bandwidth of EXT-X-I-FRAMES-ONLY playlists, from sample sizes alone. */

import { extendBandwidth, getBandwidths } from "../presentation/bandwidth.ts";
import type { Bandwidths, BandwidthState } from "../presentation/bandwidth.ts";
import { type KeyFrame, listKeyFrames } from "../presentation/key_frames.ts";
import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { computeSampleHeaderSize } from "../presentation/segment_bytes.ts";
import type { SegmentSize } from "../presentation/segment_sizes.ts";
import { countSegments } from "../presentation/segment_timeline.ts";
import { createTsKeyFrameMeter } from "./mpegts_bandwidth.ts";

/** Bandwidths of the key frames of a rendition. */
export interface KeyFrameSizes extends Bandwidths {
  /** Excludes the last key frame: its end depends on the next one. */
  readonly settled: BandwidthState;
  readonly last?: SizedKeyFrame | undefined;
  readonly segments: number;
}

interface SizedKeyFrame {
  readonly bytes: number;
  readonly time: number;
}

/** Measures the fMP4 key frames of segments that `previous` does not have; see `DerivedValues`. */
export function extendKeyFrames(
  previous: KeyFrameSizes | undefined,
  presentation: Presentation,
  name: string,
): KeyFrameSizes {
  return extendSizes(previous, { presentation, name, createMeter: createKeyFrameMeter });
}

/** Measures the MPEG-TS key frames of segments that `previous` does not have; see `DerivedValues`. */
export function extendTsKeyFrames(
  previous: KeyFrameSizes | undefined,
  presentation: Presentation,
  name: string,
): KeyFrameSizes {
  return extendSizes(previous, { presentation, name, createMeter: createTsKeyFrameMeter });
}

interface Measured {
  readonly presentation: Presentation;
  readonly name: string;
  createMeter(rendition: MediaRendition): (frame: KeyFrame) => number;
}

function extendSizes(
  previous: KeyFrameSizes | undefined,
  { presentation: { targetDuration, renditions }, name, createMeter }: Measured,
): KeyFrameSizes {
  const rendition = renditions.get(name) as MediaRendition;
  const known = previous?.settled.target === targetDuration ? previous : undefined;
  const { timing: { timescale }, timeline } = rendition;
  const computeSize = createMeter(rendition);
  const frames = listKeyFrames(rendition, known?.segments);
  let last = known?.last;
  const sizes: SegmentSize[] = [];
  for (const frame of frames) {
    if (last) sizes.push({ bytes: last.bytes, seconds: (frame.time - last.time) / timescale });
    last = { bytes: computeSize(frame), time: frame.time };
  }
  const settled = extendBandwidth(known?.settled, sizes, targetDuration);
  const lastSize = last &&
    { bytes: last.bytes, seconds: (timeline.times.at(-1)! - last.time) / timescale };
  const all = extendBandwidth(settled, lastSize ? [lastSize] : [], targetDuration);
  const segments = countSegments(timeline);
  const { bandwidth, averageBandwidth } = getBandwidths(all);
  return {
    settled,
    last,
    segments,
    bandwidth: Math.max(bandwidth, averageBandwidth), // many key frames may be shorter than half a long target duration
    averageBandwidth,
  };
}

/** Returns a function that computes the bytes of the resource that `planKeyFrame()` plans. */
export function createKeyFrameMeter(
  { track: { samples }, timing }: MediaRendition,
): (frame: Pick<KeyFrame, "sample" | "time">) => number {
  return ({ sample, time }) => {
    const bytes = samples.bytes(sample, sample + 1);
    const compositionOffset = time + timing.mediaTime - timing.decodeTime(sample);
    return bytes + computeSampleHeaderSize(samples.description(sample), compositionOffset, bytes);
  };
}
