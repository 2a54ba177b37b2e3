/** Bandwidth of EXT-X-I-FRAMES-ONLY playlists, from sample sizes alone. */

import { extendBandwidth, getBandwidths } from "../presentation/bandwidth.ts";
import type { Bandwidths, BandwidthState } from "../presentation/bandwidth.ts";
import { listKeyFrames } from "../presentation/key_frames.ts";
import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { computeSegmentHeaderSize } from "../presentation/segment_bytes.ts";
import { countSegments } from "../presentation/segment_timeline.ts";
import { computeTsKeyFrameSize } from "./mpegts_bandwidth.ts";

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
  return extendSizes(previous, { presentation, name, computeSize: computeKeyFrameSize });
}

/** Measures the MPEG-TS key frames of segments that `previous` does not have; see `DerivedValues`. */
export function extendTsKeyFrames(
  previous: KeyFrameSizes | undefined,
  presentation: Presentation,
  name: string,
): KeyFrameSizes {
  return extendSizes(previous, { presentation, name, computeSize: computeTsKeyFrameSize });
}

interface Measured {
  readonly presentation: Presentation;
  readonly name: string;
  computeSize(rendition: MediaRendition, sample: number): number;
}

function extendSizes(
  previous: KeyFrameSizes | undefined,
  { presentation: { targetDuration, renditions }, name, computeSize }: Measured,
): KeyFrameSizes {
  const rendition = renditions.get(name) as MediaRendition;
  const known = previous?.settled.target === targetDuration ? previous : undefined;
  const { timing: { timescale }, timeline } = rendition;
  const added = listKeyFrames(rendition, known?.segments)
    .map(({ sample, time }) => ({ bytes: computeSize(rendition, sample), time }));
  const frames = [...known?.last ? [known.last] : [], ...added];
  const sizes = frames.map(({ bytes, time }, i) => ({
    bytes,
    seconds: ((frames[i + 1]?.time ?? timeline.times.at(-1)!) - time) / timescale,
  }));
  const settled = extendBandwidth(known?.settled, sizes.slice(0, -1), targetDuration);
  const all = extendBandwidth(settled, sizes.slice(-1), targetDuration);
  const segments = countSegments(timeline);
  const { bandwidth, averageBandwidth } = getBandwidths(all);
  return {
    settled,
    last: frames.at(-1),
    segments,
    bandwidth: Math.max(bandwidth, averageBandwidth), // many key frames may be shorter than half a long target duration
    averageBandwidth,
  };
}

/** Computes the bytes of the resource that `planKeyFrame()` plans. */
export function computeKeyFrameSize(rendition: MediaRendition, sample: number): number {
  const bytes = rendition.track.samples.bytes(sample, sample + 1);
  return bytes + computeSegmentHeaderSize(rendition, { first: sample, end: sample + 1, bytes });
}
