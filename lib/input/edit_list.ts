import { MediaError } from "../errors.ts";
import type { Edit, Track } from "../mp4/movie.ts";
import { rescale } from "../time.ts";

/** The part of a track that is presented, in the track's timescale. */
export interface EditWindow {
  /** Composition time that is presented at `delay`. */
  readonly start: number;
  /** Infinity: to the end of the track. */
  readonly end: number;
  /** Ends that differ by less are equal: two ticks of the movie timescale. */
  readonly tolerance: number;
  /** Presentation time of `start`, after leading empty edits. */
  readonly delay: number;
  /** End of a sentence that names an unsupported edit list; "" if it is supported. */
  readonly warning: string;
}

/**
 * Reads an edit list (14496-12 §8.6.6): empty edits, then one edit or several that continue each other. Any other list gives a
 * warning and presents the track from its first edit to the end.
 *
 * @throws MediaError if empty edits last more than 2^53 ticks
 */
export function applyEditList(track: Track, movieTimescale: number): EditWindow {
  const tolerance = 2 * track.timescale / movieTimescale;
  const toTrack = (duration: number) => rescale(duration, movieTimescale, track.timescale);
  const first = track.edits.findIndex(({ mediaTime }) => mediaTime >= 0);
  if (first < 0) return { start: 0, end: Infinity, tolerance, delay: 0, warning: "" };
  const delay = toTrack(sumDurations(track.edits.slice(0, first)));
  if (!Number.isSafeInteger(delay)) {
    throw new MediaError(
      `Cannot present track ${track.id} after ${delay} ticks, expected at most 2^53`,
    );
  }
  const edits = track.edits.slice(first);
  const start = edits[0]!.mediaTime;
  const isSupported = edits.every(({ rate, mediaTime }, i) => {
    const before = edits[i - 1];
    const expected = before ? before.mediaTime + toTrack(before.duration) : mediaTime;
    return rate === 1 && Math.abs(mediaTime - expected) < tolerance;
  });
  // A last duration of 0 means to the end (14496-12 §8.6.6.1), in practice not only in fragmented movies. Muxers write the moov
  // before most fragments, so that the end is that of the first fragments; no other demuxer applies it either.
  const toEnd = !isSupported || edits.at(-1)!.duration === 0 || track.hasFragments === true;
  return {
    start,
    end: toEnd ? Infinity : start + toTrack(sumDurations(edits)),
    tolerance,
    delay,
    warning: isSupported ? "" : describeUnsupported(edits, track, movieTimescale),
  };
}

function sumDurations(edits: readonly Edit[]): number {
  return edits.reduce((total, { duration }) => total + duration, 0);
}

const MAX_LISTED_EDITS = 4;

function describeUnsupported(edits: readonly Edit[], track: Track, movieTimescale: number): string {
  const toSeconds = (ticks: number, timescale: number) => `${+(ticks / timescale).toFixed(3)}`;
  const listed = edits.slice(0, MAX_LISTED_EDITS).map(({ mediaTime, duration, rate }) =>
    `${toSeconds(duration, movieTimescale)} s from ${toSeconds(mediaTime, track.timescale)} s` +
    (rate === 1 ? "" : ` at rate ${rate}`)
  );
  const more = edits.length > listed.length ? `, and ${edits.length - listed.length} more` : "";
  return `its edit list (${
    listed.join(", ")
  }${more}) is not supported; it is presented from the first edit to the end`;
}
