import { MediaError } from "../errors.ts";
import type { Edit, Track } from "../mp4/movie.ts";
import { rescale } from "../time.ts";

/** A part of a track that is presented, in the track's timescale. */
export interface EditWindow {
  /** Composition time that is presented at `delay`. */
  readonly start: number;
  /** Infinity: to the end of the track. */
  readonly end: number;
  /** Ends that differ by less are equal: two ticks of the movie timescale. */
  readonly tolerance: number;
  /** Presentation time of `start`, after empty edits and the edits before it. */
  readonly delay: number;
  /** End of a sentence that names an unsupported edit list; "" if it is supported. */
  readonly warning: string;
}

/** One of several edits. */
export interface PresentedEdit extends EditWindow {
  /** Presentation time of `start` in ticks of the movie timescale, exactly. */
  readonly movieTime: number;
}

/** Edits of media that continue each other, in the movie timescale but for `mediaTime`. */
interface EditGroup {
  readonly mediaTime: number;
  readonly movieTime: number;
  duration: number;
  isLast: boolean;
}

/**
 * Reads an edit list (14496-12 §8.6.6): empty edits, and edits of media in the order in which they are presented. Those that
 * continue each other are one. A list with another rate than 1 gives a warning and presents the track from its first edit to the
 * end. A track without edits has one, of all of it.
 *
 * @throws MediaError if the edits last more than 2^53 ticks
 */
export function readEditList(track: Track, movieTimescale: number): readonly PresentedEdit[] {
  const tolerance = 2 * track.timescale / movieTimescale;
  const toTrack = (duration: number) => rescale(duration, movieTimescale, track.timescale);
  const groups = groupEdits(track, movieTimescale);
  const [first] = groups;
  const base = { tolerance, warning: "" };
  if (!first) return [{ ...base, start: 0, end: Infinity, delay: 0, movieTime: 0 }];
  const media = track.edits.filter(({ mediaTime }) => mediaTime >= 0);
  const isSupported = media.every(({ rate }) => rate === 1);
  const warning = isSupported ? "" : describeUnsupported(media, track, movieTimescale);
  return (isSupported ? groups : [first]).map(({ mediaTime, movieTime, duration, isLast }) => {
    // A last duration of 0 means to the end (14496-12 §8.6.6.1), in practice not only in fragmented movies. Muxers write the moov
    // before most fragments, so that the end is that of the first fragments; no other demuxer applies it either.
    const toEnd = !isSupported ||
      isLast && (media.at(-1)!.duration === 0 || track.hasFragments === true);
    return {
      tolerance,
      warning,
      start: mediaTime,
      end: toEnd ? Infinity : mediaTime + toTrack(duration),
      delay: toTrack(movieTime),
      movieTime,
    };
  });
}

/** Returns the first edit, which is all that is presented of most tracks. */
export function applyEditList(track: Track, movieTimescale: number): EditWindow {
  const [{ movieTime: _, ...first }] = readEditList(track, movieTimescale) as [PresentedEdit];
  return first;
}

/** An edit of no duration presents nothing, unless it is the last one. */
function groupEdits(track: Track, movieTimescale: number): EditGroup[] {
  const tolerance = 2 * track.timescale / movieTimescale;
  const toTrack = (duration: number) => rescale(duration, movieTimescale, track.timescale);
  const groups: EditGroup[] = [];
  const lastMedia = track.edits.findLastIndex(({ mediaTime }) => mediaTime >= 0);
  let movieTime = 0;
  let follows = false; // true if no empty edit is between
  for (const [i, { mediaTime, duration }] of track.edits.slice(0, lastMedia + 1).entries()) {
    const group = groups.at(-1);
    const isLast = i === lastMedia;
    if (mediaTime < 0) {
      follows &&= duration === 0;
    } else if (
      group && follows &&
      Math.abs(mediaTime - group.mediaTime - toTrack(group.duration)) < tolerance
    ) {
      group.duration += duration;
      group.isLast = isLast;
    } else if (duration > 0 || isLast) {
      checkTime(track, movieTime, toTrack(movieTime));
      groups.push({ mediaTime, movieTime, duration, isLast });
      follows = true;
    }
    movieTime += duration;
  }
  return groups;
}

function checkTime({ id }: Track, movieTime: number, ticks: number): void {
  if (Number.isSafeInteger(movieTime) && Number.isSafeInteger(ticks)) return;
  throw new MediaError(`Cannot present track ${id} after ${ticks} ticks, expected at most 2^53`);
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
