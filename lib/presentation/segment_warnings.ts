/** Warnings about segments that are longer than requested, since a segment starts with a key frame. */

import type { SegmentedTrack } from "./segmenter.ts";
import { countSegments } from "./segment_timeline.ts";

/** Distances that exceed the segment duration by less are harmless: x264's 250 frames at 24 Hz in segments of 10 s. */
const MAX_DISTANCE = 1.1;

/** Segments that are longer by this factor: audio alone has few sync samples in xHE-AAC, or very long packets. */
const MAX_LENGTH = 1.5;

/** In seconds. A tail may join the segment before it. */
const MAX_TAIL = 0.5;

/** In seconds. A frame that lasts longer is a still stretch: the encoder has no frame there to force a key frame on. */
const MIN_STILL = 1;

/**
 * Warns of key frames that are further apart than the segment duration, and of other long segments. Tracks with an index in the package are omitted: their
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
    if (track.type === "video") return warnVideo(track, segmentDuration);
    return track.type === "audio" && !hasVideo ? warnAudio(track, segmentDuration) : [];
  });
}

function warnVideo(track: SegmentedTrack, segmentDuration: number): string[] {
  const { options: { file }, track: { id } } = track;
  const { index, seconds } = findLongestSegment(track);
  const distance = computeKeyFrameDistance(track, MAX_DISTANCE * segmentDuration);
  const areKeyFramesFar = distance > MAX_DISTANCE * segmentDuration;
  if (!areKeyFramesFar && seconds <= MAX_LENGTH * segmentDuration + MAX_TAIL) return [];
  const fault = areKeyFramesFar
    ? `${file}: key frames of video track ${id} are up to ${round(distance)} s apart, ` +
      `more than the segment duration of ${segmentDuration} s, so players start, seek and switch more slowly`
    : describeLength(track, seconds, segmentDuration);
  const rate = hasStillStretch(track, index) ? "at a constant frame rate, with -r 25" : "with";
  return [
    `${fault}; encode it ${rate} -force_key_frames "expr:gte(t,n_forced*${segmentDuration})" -sc_threshold 0`,
  ];
}

function findLongestSegment(
  { timing: { timescale }, timeline: { decodeTimes } }: SegmentedTrack,
): { index: number; seconds: number } {
  let [index, longest] = [0, 0];
  for (let i = 1; i < decodeTimes.length; i++) {
    const length = decodeTimes[i]! - decodeTimes[i - 1]!;
    if (length > longest) [index, longest] = [i - 1, length];
  }
  return { index, seconds: longest / timescale };
}

function hasStillStretch({ timing, timeline: { samples } }: SegmentedTrack, segment: number) {
  const { timescale } = timing;
  for (let i = samples[segment]!; i < samples[segment + 1]!; i++) {
    if (timing.decodeTime(i + 1) - timing.decodeTime(i) > MIN_STILL * timescale) return true;
  }
  return false;
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

function warnAudio(track: SegmentedTrack, segmentDuration: number): string[] {
  const { seconds } = findLongestSegment(track);
  if (seconds <= MAX_LENGTH * segmentDuration) return [];
  return [`${describeLength(track, seconds, segmentDuration)}; encode it with -c:a aac`];
}

function describeLength(
  { options: { file }, track: { id }, type }: SegmentedTrack,
  seconds: number,
  segmentDuration: number,
): string {
  return `${file}: segments of ${type} track ${id} last up to ${round(seconds)} s, ` +
    `expected ${segmentDuration} s, so players start and seek more slowly`;
}

function round(seconds: number): number {
  return +seconds.toFixed(3);
}
