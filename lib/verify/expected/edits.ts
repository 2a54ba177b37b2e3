/** What an edit list presents (docs/design/timing.md), independent of input/edit_list.ts. */

import type { Edit, Track } from "../../mp4/movie.ts";
import { rescale } from "../../time.ts";

/** A part of a track that is presented. */
export interface ExpectedEdit {
  /** Composition times `[start, end)`, in ticks of the track; an end of Infinity is that of the track. */
  readonly start: number;
  readonly end: number;
  /** Presentation time of `start`, in ticks of the movie: the durations of all edits before it, empty ones included. */
  readonly at: number;
}

/**
 * Returns the edits of a track in presentation order, at least one. Those that abut are one. A list with a rate other than 1
 * presents the track from its first edit to the end.
 */
export function readExpectedEdits(
  track: Track,
  movieTimescale: number,
): readonly [ExpectedEdit, ...ExpectedEdit[]] {
  const edits = listPresented(track);
  const [first] = edits;
  if (!first) return [{ start: 0, end: Infinity, at: 0 }];
  const toTrack = (ticks: number) => rescale(ticks, movieTimescale, track.timescale);
  const start = { start: first.mediaTime, end: Infinity, at: first.at };
  if (track.edits.some(({ mediaTime, rate }) => mediaTime >= 0 && rate !== 1)) return [start];
  const tolerance = 2 * track.timescale / movieTimescale;
  const merged = mergeAbutting(edits, { toTrack, tolerance });
  // The moov of a fragmented movie is written before most of its fragments, so its last end is not that of the track.
  const isOpen = track.hasFragments === true || edits.at(-1)!.duration === 0;
  const [head, ...tail] = merged.map(({ mediaTime, duration, at }, i) => ({
    start: mediaTime,
    end: isOpen && i === merged.length - 1 ? Infinity : mediaTime + toTrack(duration),
    at,
  }));
  return [head!, ...tail];
}

/** In ticks of the movie, except for `mediaTime`. */
interface TimedEdit extends Edit {
  readonly at: number;
}

/** Drops empty edits, and those that last no time: only the last one may declare 0 (14496-12 §8.6.6.1). */
function listPresented({ edits }: Track): TimedEdit[] {
  const placed: TimedEdit[] = [];
  const last = edits.findLast(({ mediaTime }) => mediaTime >= 0);
  let at = 0;
  for (const edit of edits) {
    if (edit.mediaTime >= 0 && (edit.duration > 0 || edit === last)) placed.push({ ...edit, at });
    at += edit.duration;
  }
  return placed;
}

function mergeAbutting(
  edits: readonly TimedEdit[],
  { toTrack, tolerance }: { toTrack: (ticks: number) => number; tolerance: number },
): TimedEdit[] {
  const merged: TimedEdit[] = [];
  for (const edit of edits) {
    const last = merged.at(-1);
    const follows = last && last.at + last.duration === edit.at; // no empty edit between them
    const expected = follows ? last.mediaTime + toTrack(last.duration) : NaN;
    if (follows && Math.abs(edit.mediaTime - expected) < tolerance) {
      merged[merged.length - 1] = { ...last, duration: last.duration + edit.duration };
    } else merged.push(edit);
  }
  return merged;
}
