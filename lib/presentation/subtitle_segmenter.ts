import { gcd } from "../time.ts";
import type { SubtitleInput } from "../input/subtitle_input.ts";
import { createBoundaryFinder, MIN_LAST_SEGMENT } from "./boundaries.ts";
import type { Boundaries } from "./boundaries.ts";
import { segmentStpp } from "./stpp_segmenter.ts";
import type { SegmentedStpp } from "./stpp_segmenter.ts";

export interface SegmentedSubtitles extends Omit<SubtitleInput, "stpp"> {
  readonly times: Float64Array;
  readonly timescale: number;
  readonly stpp?: SegmentedStpp | undefined;
}

export interface SubtitleBoundaries {
  readonly boundaries: Boundaries;
  /** In seconds; 0 without audio, video and images. */
  readonly mediaEnd: number;
}

const MILLISECONDS = 1000;

/** Segments cues at boundaries from 0 to the end of audio and video; without these, of the last cue. */
export function segmentSubtitles(
  { stpp, ...input }: SubtitleInput,
  { boundaries, mediaEnd }: SubtitleBoundaries,
): SegmentedSubtitles {
  const timescale = chooseTimescale(boundaries);
  const end = Math.ceil(timescale * (mediaEnd || input.end / MILLISECONDS));
  return {
    ...input,
    timescale,
    times: segmentCues(boundaries, { end, timescale }),
    stpp: stpp && segmentStpp(stpp, { boundaries, mediaEnd }),
  };
}

/** Warns of subtitles that belong to another edition, or whose time code starts before the media. */
export function warnLateCues(
  { webvtt: { cues }, options: { file }, track }: SegmentedSubtitles,
  mediaEnd: number,
): string[] {
  const late = cues.filter(({ start }) => start >= mediaEnd * MILLISECONDS).length;
  if (mediaEnd === 0 || late * 2 <= cues.length) return [];
  const name = track ? `${file}: track ${track.id}` : file;
  const first = +(cues[0]!.start / MILLISECONDS).toFixed(3);
  return [
    `${name}: ${late} of ${cues.length} cues start after the end of audio and video at ` +
    `${+mediaEnd.toFixed(
      3,
    )} s, the first cue starts at ${first} s; correct the times of the subtitles`,
  ];
}

/** Keeps times of many hours exact. */
const MAX_TIMESCALE = 2 ** 26;

/** Returns a timescale in which boundaries and milliseconds are integers, if one exists. */
function chooseTimescale({ timescale }: Boundaries): number {
  const common = timescale / gcd(timescale, MILLISECONDS) * MILLISECONDS;
  return common <= MAX_TIMESCALE ? common : Math.max(timescale, MILLISECONDS);
}

/** A cue may declare to be shown for a hundred years. */
const MAX_SUBTITLE_SEGMENTS = 100_000;

export function segmentCues(
  boundaries: Boundaries,
  { end, timescale }: { end: number; timescale: number },
): Float64Array {
  const times = [0];
  const last = end - MIN_LAST_SEGMENT * timescale;
  const findBoundary = createBoundaryFinder(boundaries, timescale);
  let boundary = findBoundary(0);
  while (boundary <= last && times.length < MAX_SUBTITLE_SEGMENTS) {
    times.push(boundary);
    boundary = findBoundary(boundary);
  }
  return Float64Array.from([...times, Math.max(end, times.at(-1)! + 1)]);
}
