/** What an edit list asks for, in the track's own timescale. */

import { MediaError } from "../errors.ts";
import type { Edit, Track } from "../mp4/movie.ts";
import { rescale } from "../time.ts";

/** The part of a track that is shown, and when. Times in the track's timescale. */
export interface EditWindow {
  /** Composition time that is presented at `delay`. */
  readonly start: number;
  /** Composition time from which on nothing is presented; Infinity: all is. */
  readonly end: number;
  /** Ends closer than this are equal: two movie ticks. */
  readonly tolerance: number;
  /** Presentation time of `start`: what empty edits before it last. */
  readonly delay: number;
  /** What could not be honoured, as the rest of a sentence; "" where all was. */
  readonly warning: string;
}

/**
 * Reads an edit list (14496-12 §8.6.6): empty edits at its start, then one edit. Edits that follow one another without
 * a gap are one. What is beyond that is named in `warning`, and plays from its first edit to the track's end.
 *
 * @throws MediaError when empty edits last over 2^53 ticks
 */
export function applyEditList(track: Track, movieTimescale: number): EditWindow {
  const tolerance = 2 * track.timescale / movieTimescale;
  const toTrack = (duration: number) => rescale(duration, movieTimescale, track.timescale);
  const first = track.edits.findIndex(({ mediaTime }) => mediaTime >= 0);
  if (first < 0) return { start: 0, end: Infinity, tolerance, delay: 0, warning: "" };
  const delay = toTrack(sum(track.edits.slice(0, first)));
  if (!Number.isSafeInteger(delay)) {
    throw new MediaError(`Cannot present track ${track.id} after ${delay} ticks: over 2^53`);
  }
  const edits = track.edits.slice(first);
  const start = edits[0]!.mediaTime;
  const plain = edits.every(({ rate, mediaTime }, i) => {
    const before = edits[i - 1];
    const expected = before ? before.mediaTime + toTrack(before.duration) : mediaTime;
    return rate === 1 && Math.abs(mediaTime - expected) < tolerance;
  });
  // A last duration of 0 means to the end (14496-12 §8.6.6.1, for fragmented movies; others write it too).
  const whole = !plain || edits.at(-1)!.duration === 0;
  return {
    start,
    end: whole ? Infinity : start + toTrack(sum(edits)),
    tolerance,
    delay,
    warning: plain ? "" : listed(edits, track, movieTimescale),
  };
}

function sum(edits: readonly Edit[]): number {
  return edits.reduce((total, { duration }) => total + duration, 0);
}

/** A long list is cut short: a sentence stays a line. */
function listed(edits: readonly Edit[], track: Track, movieTimescale: number): string {
  const seconds = (ticks: number, timescale: number) => `${+(ticks / timescale).toFixed(3)}`;
  const shown = edits.slice(0, 4).map(({ mediaTime, duration, rate }) =>
    `${seconds(duration, movieTimescale)} s from ${seconds(mediaTime, track.timescale)} s` +
    (rate === 1 ? "" : ` at rate ${rate}`)
  );
  const more = edits.length > shown.length ? `, and ${edits.length - shown.length} more` : "";
  return `its edit list (${shown.join(", ")}${more}) plays from the first edit straight to the end`;
}
