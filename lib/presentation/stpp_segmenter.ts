/** Segments of TTML tracks, from 0 to the end of audio and video. */

import type { StppInput } from "../input/subtitle_input.ts";
import { EMPTY_TTML } from "../subtitles/stpp.ts";
import { createBoundaryFinder, MIN_LAST_SEGMENT } from "./boundaries.ts";
import type { Boundaries } from "./boundaries.ts";
import type { StppTrack } from "./presentation.ts";
import { segmentByDuration, segmentPerSample } from "./sample_segmenter.ts";
import { buildSampleTiming } from "./sample_timing.ts";
import { computeSampleHeaderSize, computeSegmentHeaderSize, STYP_SIZE } from "./segment_bytes.ts";
import { MAX_SEGMENTS, TOLERANCE } from "./segment_timeline.ts";
import type { TimedTrack, Timeline } from "./segment_timeline.ts";

export type SegmentedStpp = Omit<StppTrack, "bandwidth" | "averageBandwidth">;

/** In seconds. TTML documents with a longer mean duration are segments of their own. */
const MIN_DOCUMENT_SEGMENT = 1;

/**
 * Returns undefined for a track that needs an edit list or has no sample to present. Players expect one document per segment
 * (CMAF 23000-19 §11.3).
 *
 * @param mediaEnd in seconds; 0 without audio, video and images
 */
export function segmentStpp(
  { codec, onlyImages, source, track, edit }: StppInput,
  { boundaries, mediaEnd }: { boundaries: Boundaries; mediaEnd: number },
): SegmentedStpp | undefined {
  const timing = buildSampleTiming(track, edit, "audio");
  const timed = { table: track.samples, timing };
  const { timescale, first, end, decodeTime, mediaTime } = timing;
  if (first >= end || mediaTime > 0) return undefined;
  const mean = (decodeTime(end) - decodeTime(first)) / timescale / (end - first);
  const timeline = mean >= MIN_DOCUMENT_SEGMENT
    ? segmentPerSample(timed)
    : measureDocuments(segmentByDuration(timed, boundaries), timed);
  const extended = extendToEnd(timeline, {
    end: Math.floor(mediaEnd * timescale),
    timescale,
    boundaries,
  });
  return { codec, onlyImages, source, track, timing, timeline: extended };
}

/** Counts a fragment for each document, as `planStppSegment()` writes them. */
function measureDocuments(timeline: Timeline, { table, timing }: TimedTrack): Timeline {
  const { samples, bytes } = timeline;
  const headers = timeline.headers.map((_, i) => {
    let size = STYP_SIZE;
    for (let first = samples[i]!; first < samples[i + 1]!; first++) {
      const range = { first, end: first + 1, bytes: table.bytes(first, first + 1) };
      size += computeSegmentHeaderSize({ track: { samples: table }, timing }, range) - STYP_SIZE;
    }
    return size;
  });
  const sizes = bytes.map((size, i) => size - timeline.headers[i]! + headers[i]!);
  return { ...timeline, headers, bytes: sizes };
}

/**
 * Adds empty documents after the last one, since some players wait for subtitles up to the end (CMAF 23000-19 §7.3.4). A gap that is
 * too short for a segment makes the last document longer.
 */
function extendToEnd(
  timeline: Timeline,
  { end, timescale, boundaries }: { end: number; timescale: number; boundaries: Boundaries },
): Timeline {
  const last = timeline.times.at(-1)!;
  if (end - last <= TOLERANCE * timescale) return timeline;
  const starts = [last];
  const minLast = MIN_LAST_SEGMENT * timescale;
  const findBoundary = createBoundaryFinder(boundaries, timescale);
  const free = MAX_SEGMENTS - timeline.firstSampleTimes.length; // at the limit, the last document lasts to the end
  for (let time = findBoundary(last); time <= end - minLast; time = findBoundary(time)) {
    if (starts.length >= free) break;
    if (time - last >= minLast) starts.push(time);
  }
  return end - last < minLast
    ? { ...timeline, ...replaceEnd(timeline, end) }
    : appendEmpty(timeline, [...starts, end]);
}

function replaceEnd({ times, decodeTimes }: Timeline, end: number): Partial<Timeline> {
  const shift = end - times.at(-1)!;
  return {
    times: times.with(-1, end),
    decodeTimes: decodeTimes.with(-1, decodeTimes.at(-1)! + shift),
  };
}

/** @param boundaries of the segments, from the end of the timeline on */
function appendEmpty(timeline: Timeline, [last, ...ends]: readonly number[]): Timeline {
  const { times, samples, decodeTimes, firstSampleTimes, bytes, headers } = timeline;
  const starts = [last!, ...ends.slice(0, -1)];
  const header = computeSampleHeaderSize(0, 0, EMPTY_TTML.length);
  const append = (column: Float64Array, values: readonly number[]) =>
    Float64Array.from([...column, ...values]);
  const decodeEnd = decodeTimes.at(-1)!;
  return {
    times: append(times, ends),
    samples: append(samples, ends.map(() => samples.at(-1)!)),
    decodeTimes: append(decodeTimes, ends.map((end) => decodeEnd + end - last!)),
    firstSampleTimes: append(firstSampleTimes, starts),
    bytes: append(bytes, ends.map(() => header + EMPTY_TTML.length)),
    headers: append(headers, ends.map(() => header)),
  };
}
