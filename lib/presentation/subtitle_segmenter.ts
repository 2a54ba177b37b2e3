/** Cuts the texts of a presentation, where its pictures are cut. */

import { getCuesEnd } from "../subtitles/cue.ts";
import { formatWebvtt } from "../subtitles/webvtt.ts";
import { gcd } from "../time.ts";
import type { StppInput, SubtitleInput } from "../input/subtitle_input.ts";
import { segmentByDuration, segmentCues, segmentPerSample } from "./segment_timeline.ts";
import type { Boundaries, Timeline } from "./segment_timeline.ts";
import { buildSampleTiming } from "./sample_timing.ts";
import type { SampleTiming } from "./sample_timing.ts";

export interface SegmentedSubtitles extends Omit<SubtitleInput, "stpp"> {
  /** Boundaries of its segments, in ticks of `timescale`. */
  readonly times: Float64Array;
  readonly timescale: number;
  readonly stpp?: SegmentedStpp | undefined;
}

export interface SegmentedStpp extends StppInput {
  readonly timing: SampleTiming;
  readonly timeline: Timeline;
}

/** What a presentation says of where its texts are cut. */
export interface SubtitleBoundaries {
  readonly boundaries: Boundaries;
  /** In seconds; 0 where there is nothing but texts. */
  readonly mediaEnd: number;
  /** Seconds by which all tracks were put earlier. */
  readonly shift: number;
}

const MILLISECONDS = 1000;

/** Cues are shown as long as there is something else to show; alone, until the last one ends. */
export function segmentSubtitles(
  whole: SubtitleInput,
  { boundaries, mediaEnd, shift }: SubtitleBoundaries,
): SegmentedSubtitles {
  const { stpp, ...piece } = whole.track && shift > 0 ? shifted(whole, shift) : whole;
  const timescale = timescaleOf(boundaries);
  const end = Math.ceil(timescale * (mediaEnd || piece.end / MILLISECONDS));
  return {
    ...piece,
    timescale,
    times: segmentCues(boundaries, { end, timescale }),
    stpp: stpp && cutStpp(stpp, boundaries),
  };
}

/** Cues of a track move with the pictures of its file; its documents can't. */
function shifted({ stpp: _, ...piece }: SubtitleInput, shift: number): SubtitleInput {
  const moved = (time: number) => Math.max(0, time - shift * MILLISECONDS);
  const cues = piece.webvtt.cues.filter(({ end }) => end > shift * MILLISECONDS)
    .map((cue) => ({ ...cue, start: moved(cue.start), end: moved(cue.end) }));
  const text = { ...piece.webvtt, cues };
  const webvtt = new TextEncoder().encode(formatWebvtt(text));
  return { ...piece, webvtt: text, webvttBytes: webvtt, end: getCuesEnd(cues) };
}

/** mdhd has 32 bits; and times of ten hours are to stay whole numbers whatever is done with them. */
const FINEST = 2 ** 26;

/** One in which boundaries and milliseconds are both whole, if there is one. */
function timescaleOf({ timescale }: Boundaries): number {
  const common = timescale / gcd(timescale, MILLISECONDS) * MILLISECONDS;
  return common <= FINEST ? common : Math.max(timescale, MILLISECONDS);
}

/** Documents that last for at least so long, in seconds, are segments of their own; shorter ones go together. */
const OWN_SEGMENT = 1;

/** Players want one document a segment, which is also how most programs write them (CMAF 23000-19 §11.3). */
function cutStpp(piece: StppInput, boundaries: Boundaries): SegmentedStpp | undefined {
  const { track, edit } = piece;
  const timed = { table: track.samples, timing: buildSampleTiming(track, edit, "audio") };
  const { timescale, first, end, decodeTime, mediaTime } = timed.timing;
  if (first >= end || mediaTime > 0) return undefined;
  const mean = (decodeTime(end) - decodeTime(first)) / timescale / (end - first);
  const timeline = mean >= OWN_SEGMENT
    ? segmentPerSample(timed)
    : segmentByDuration(timed, boundaries);
  return { ...piece, timing: timed.timing, timeline };
}
