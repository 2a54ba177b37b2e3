/** Warnings about segments that are longer than requested, since a segment starts with a key frame. */

import type { SegmentedTrack } from "./segmenter.ts";
import { countSegments } from "./segment_timeline.ts";

/** Distances that exceed the segment duration by less are harmless: x264's 250 frames at 24 Hz in segments of 10 s. */
const MAX_DISTANCE = 1.1;

/** Audio alone has few sync samples in xHE-AAC, or very long packets. */
const MAX_AUDIO_LENGTH = 1.5;

/**
 * Warns of key frames that are further apart than the segment duration. Tracks with an index in the package are omitted: their
 * tables would have to be searched, and the warning was given when they were packaged.
 *
 * @param segmentDuration in seconds
 */
export function warnLongSegments(
  tracks: readonly SegmentedTrack[],
  segmentDuration: number,
): string[] {
  const checked = tracks.filter(({ index }) => !index);
  const hasVideo = tracks.some(({ type }) => type === "video");
  return checked.flatMap((track) => {
    if (track.type === "video") return warnKeyFrames(track, segmentDuration);
    return track.type === "audio" && !hasVideo ? warnAudio(track, segmentDuration) : [];
  });
}

function warnKeyFrames(track: SegmentedTrack, segmentDuration: number): string[] {
  const distance = computeKeyFrameDistance(track, MAX_DISTANCE * segmentDuration);
  if (distance <= MAX_DISTANCE * segmentDuration) return [];
  const { options: { file }, track: { id } } = track;
  return [
    `${file}: key frames of video track ${id} are up to ${
      round(distance)
    } s apart, more than the segment duration of ` +
    `${segmentDuration} s, so players start, seek and switch more slowly; encode it with ` +
    `-force_key_frames "expr:gte(t,n_forced*${segmentDuration})" -sc_threshold 0`,
  ];
}

/** Returns the greatest distance of key frames in seconds, or of the last one to the end; 0 if no segment is longer than `limit`. */
function computeKeyFrameDistance(
  { track: { samples: table }, timing, timeline }: SegmentedTrack,
  limit: number,
): number {
  const { samples, decodeTimes, firstSampleTimes, times } = timeline;
  let greatest = 0;
  for (let i = 0; i < countSegments(timeline); i++) {
    if (decodeTimes[i + 1]! - decodeTimes[i]! <= limit * timing.timescale) continue;
    const last = Math.max(samples[i]!, table.findSyncAtOrBefore(samples[i + 1]! - 1));
    const next = firstSampleTimes[i + 1] ?? times[i + 1]!;
    greatest = Math.max(greatest, next - timing.presentationTime(last));
  }
  return greatest / timing.timescale;
}

function warnAudio({ options, track, timing, timeline }: SegmentedTrack, segmentDuration: number) {
  const { decodeTimes } = timeline;
  let longest = 0;
  for (let i = 1; i < decodeTimes.length; i++) {
    longest = Math.max(longest, (decodeTimes[i]! - decodeTimes[i - 1]!) / timing.timescale);
  }
  if (longest <= MAX_AUDIO_LENGTH * segmentDuration) return [];
  return [
    `${options.file}: segments of audio track ${track.id} last up to ${
      round(longest)
    } s, expected ${segmentDuration} s, ` +
    `so players start and seek more slowly; encode it with -c:a aac`,
  ];
}

function round(seconds: number): number {
  return +seconds.toFixed(3);
}
