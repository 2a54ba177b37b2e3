/** Bandwidth of EXT-X-I-FRAMES-ONLY playlists, from sample sizes alone. */

import { type Bandwidths, computeBandwidths } from "../presentation/bandwidth.ts";
import { type KeyFrame, listKeyFrames } from "../presentation/key_frames.ts";
import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { computeSampleHeaderSize } from "../presentation/segment_bytes.ts";
import type { SegmentSize } from "../presentation/segment_sizes.ts";
import { createTsKeyFrameMeter } from "./mpegts_bandwidth.ts";

/** Computes the bandwidths of fMP4 key frames. A value of `DerivedValues`. */
export function computeKeyFrameBandwidths(presentation: Presentation, name: string): Bandwidths {
  return measureKeyFrames(presentation, name, createKeyFrameMeter);
}

/** Computes the bandwidths of MPEG-TS key frames. A value of `DerivedValues`. */
export function computeTsKeyFrameBandwidths(presentation: Presentation, name: string): Bandwidths {
  return measureKeyFrames(presentation, name, createTsKeyFrameMeter);
}

type CreateMeter = (rendition: MediaRendition) => (frame: KeyFrame) => number;

/** A key frame lasts until the next one. */
function measureKeyFrames(
  { targetDuration, renditions }: Presentation,
  name: string,
  createMeter: CreateMeter,
): Bandwidths {
  const rendition = renditions.get(name) as MediaRendition;
  const { timing: { timescale }, timeline } = rendition;
  const computeSize = createMeter(rendition);
  const frames = listKeyFrames(rendition);
  const sizes = frames.map((frame, i): SegmentSize => {
    const end = frames[i + 1]?.time ?? timeline.times.at(-1)!;
    return { bytes: computeSize(frame), seconds: (end - frame.time) / timescale };
  });
  const { bandwidth, averageBandwidth } = computeBandwidths(sizes, targetDuration);
  return {
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
