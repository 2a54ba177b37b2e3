import type { SegmentedTrack } from "./segmenter.ts";
import type { SegmentedSamples } from "./segment_samples.ts";
import type { SegmentedSubtitles } from "./subtitle_segmenter.ts";

export interface SegmentSize {
  readonly bytes: number;
  /** Decode duration: the EXTINF of HLS. */
  readonly seconds: number;
}

/** Lists CMAF segments, JPEG images, or the WebVTT file. */
export function computeTrackSizes(track: SegmentedTrack | SegmentedSubtitles): SegmentSize[] {
  switch (track.type) {
    case "text":
      return [{ bytes: track.webvttBytes.length, seconds: track.end / 1000 }];
    case "image":
      return computeImageSizes(track);
    default:
      return computeSegmentSizes(track);
  }
}

export function computeSegmentSizes(rendition: SegmentedSamples): SegmentSize[] {
  const { bytes } = rendition.timeline;
  return computeSegmentDurations(rendition).map((seconds, i) => ({ bytes: bytes[i]!, seconds }));
}

/** Returns decode durations in seconds, each with one rounding: bandwidths compare them with half the target duration. */
export function computeSegmentDurations(
  { timing, timeline: { decodeTimes } }: SegmentedSamples,
): number[] {
  const durations: number[] = [];
  let from = NaN;
  for (let i = 0; i < decodeTimes.length; i++) {
    const time = decodeTimes[i]!;
    if (i > 0) durations.push((time - from) / timing.timescale);
    from = time;
  }
  return durations;
}

function computeImageSizes({ timing, timeline: { bytes, times } }: SegmentedTrack): SegmentSize[] {
  return Array.from(bytes, (bytes, i) => ({
    bytes,
    seconds: (times[i + 1]! - times[i]!) / timing.timescale,
  }));
}

export function getLongestDuration(segments: readonly SegmentSize[]): number {
  return segments.reduce((longest, { seconds }) => Math.max(longest, seconds), 0);
}
