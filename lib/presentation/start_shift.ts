/** Presentations that start late, such as recordings of a live stream (docs/design/timing.md). */

import { getCuesEnd } from "../subtitles/cue.ts";
import { findEditRange } from "../input/edit_range.ts";
import type { SubtitleInput } from "../input/subtitle_input.ts";
import type { MediaInput } from "../input/track_input.ts";
import { formatWebvtt } from "../subtitles/webvtt.ts";
import { getCompositionTime } from "../mp4/samples/sample_table.ts";
import { compareTimes, rescale } from "../time.ts";
import type { Time } from "./presentation.ts";

/** In seconds. Tracks that start earlier are presented where their file says. */
const MAX_START = 1;

const MILLISECONDS = 1000;

/** Returns the start of the first track if all tracks start late, so that it can be presented at 0; else 0. */
export function computeStartShift(inputs: readonly MediaInput[]): Time {
  const tracks = inputs.map((input) => ({ input, start: computeStart(input) }));
  if (!tracks.some(({ start }) => isLate(start))) return NONE;
  const starts = tracks.filter(({ input }) => presentsSamples(input)).map(({ start }) => start);
  const [first = NONE, ...others] = starts;
  const least = others.reduce(
    (a, b) => compareTimes(b.ticks, b.timescale, a.ticks, a.timescale) < 0 ? b : a,
    first,
  );
  return isLate(least) ? least : NONE;
}

function computeStart({ track, edit }: MediaInput): Time {
  const ticks = edit.delay + Math.max(0, computeFirstComposition(track) - edit.start);
  return { ticks, timescale: track.timescale };
}

function isLate({ ticks, timescale }: Time): boolean {
  return ticks > MAX_START * timescale;
}

/** An edit may start after the end of its track, which is left out then. */
function presentsSamples({ track, edit, type }: MediaInput): boolean {
  const { first, end } = findEditRange(track, edit, type);
  return first < end;
}

const NONE: Time = { ticks: 0, timescale: 1 };

/** The first samples in presentation order are among the first in decode order. */
function computeFirstComposition({ samples: table }: MediaInput["track"]): number {
  let least = Infinity;
  for (let i = 0; i < table.count; i++) {
    if (table.decodeTime(i) + table.minCompositionOffset >= least) break;
    least = Math.min(least, getCompositionTime(table, i));
  }
  return least;
}

export function warnStartShift(shift: Time, inputs: readonly MediaInput[]): string[] {
  if (shift.ticks === 0) return [];
  const files = new Set(inputs.map(({ options: { file } }) => file));
  const seconds = +(shift.ticks / shift.timescale).toFixed(3);
  return [
    files.size === 1
      ? `${[...files][0]}: all tracks start after ${seconds} s; presentation time 0 was moved there`
      : `All files start after ${seconds} s; presentation time 0 was moved there`,
  ];
}

export function shiftMedia(input: MediaInput, { ticks, timescale }: Time): MediaInput {
  if (ticks === 0) return input;
  const { edit, track } = input;
  const delay = edit.delay - rescale(ticks, timescale, track.timescale);
  return { ...input, edit: { ...edit, delay } };
}

/**
 * Moves the cues of a track with the media. Those of a file count from the start of the presentation, unless they would all be
 * presented after its end.
 *
 * @param mediaEnd in seconds
 */
export function shiftSubtitles(
  input: SubtitleInput,
  { ticks, timescale }: Time,
  mediaEnd: number,
): SubtitleInput {
  const milliseconds = rescale(ticks, timescale, MILLISECONDS);
  const first = input.webvtt.cues.reduce((least, { start }) => Math.min(least, start), Infinity);
  const isOnMediaTime = input.track !== undefined ||
    first >= milliseconds && first > mediaEnd * MILLISECONDS;
  return milliseconds > 0 && isOnMediaTime ? shiftCues(input, milliseconds) : input;
}

/** Drops TTML documents, since they contain times of their own. */
function shiftCues({ stpp: _, ...input }: SubtitleInput, shift: number): SubtitleInput {
  const move = (time: number) => Math.max(0, time - shift);
  const cues = input.webvtt.cues.filter(({ end }) => end > shift)
    .map((cue) => ({ ...cue, start: move(cue.start), end: move(cue.end) }));
  const webvtt = { ...input.webvtt, cues };
  const webvttBytes = new TextEncoder().encode(formatWebvtt(webvtt));
  return { ...input, webvtt, webvttBytes, end: getCuesEnd(cues) };
}
