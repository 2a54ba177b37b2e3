import { MediaError } from "../errors.ts";
import type { SegmentedTrack } from "./segmenter.ts";
import { computeSegmentBytes } from "./segment_bytes.ts";
import type { SegmentedSamples } from "./segment_samples.ts";
import { countSegments } from "./segment_timeline.ts";
import type { SegmentedSubtitles } from "./subtitle_segmenter.ts";

export interface SegmentSize {
  readonly bytes: number;
  /** Decode duration: the EXTINF of HLS. */
  readonly seconds: number;
}

/**
 * Computes the sizes of CMAF segments, JPEG images, or the WebVTT file: the first pass through all samples.
 *
 * @throws MediaError, with the file name, if a sample is invalid
 */
export function computeTrackSizes(track: SegmentedTrack | SegmentedSubtitles): SegmentSize[] {
  try {
    switch (track.type) {
      case "text":
        return [{ bytes: track.webvttBytes.length, seconds: track.end / 1000 }];
      case "image":
        return computeImageSizes(track);
      default:
        return computeSegmentSizes(track);
    }
  } catch (error) {
    throw error instanceof MediaError ? error.inFile(track.options.file) : error;
  }
}

export function computeSegmentSizes(rendition: SegmentedSamples): SegmentSize[] {
  const { totals } = computeSegmentBytes(rendition);
  return computeSegmentDurations(rendition).map((seconds, i) => ({ bytes: totals[i]!, seconds }));
}

/** Returns decode durations in seconds. */
export function computeSegmentDurations(
  { timing, timeline: { samples } }: SegmentedSamples,
): number[] {
  const durations: number[] = [];
  let from = NaN;
  for (let i = 0; i < samples.length; i++) {
    const time = timing.decodeTime(samples[i]!) / timing.timescale;
    if (i > 0) durations.push(time - from);
    from = time;
  }
  return durations;
}

function computeImageSizes({ track, timing, timeline }: SegmentedTrack): SegmentSize[] {
  return Array.from({ length: countSegments(timeline) }, (_, i) => ({
    bytes: track.samples.bytes(timeline.samples[i]!, timeline.samples[i + 1]!),
    seconds: (timeline.times[i + 1]! - timeline.times[i]!) / timing.timescale,
  }));
}

export function getLongestDuration(segments: readonly SegmentSize[]): number {
  return segments.reduce((longest, { seconds }) => Math.max(longest, seconds), 0);
}
