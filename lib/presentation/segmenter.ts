/** Times and cuts every piece of a presentation: the first video rendition leads, the others follow it where they can. */

import { MediaError } from "../errors.ts";
import type { EditWindow } from "../input/edit_list.ts";
import type { MediaInput, TrackInput } from "../input/track_input.ts";
import { segmentSubtitles } from "./subtitle_segmenter.ts";
import type { SegmentedSubtitles } from "./subtitle_segmenter.ts";
import {
  buildRegularBoundaries,
  computePresentationEnd,
  getBoundaries,
  segmentAtBoundaries,
  segmentByDuration,
  segmentPerSample,
} from "./segment_timeline.ts";
import type { Boundaries, TimedTrack, Timeline } from "./segment_timeline.ts";
import { buildSampleTiming, MAX_OFFSET } from "./sample_timing.ts";
import { computeSegmentationId, restoreTimeline } from "./track_index.ts";
import type { SampleTiming } from "./sample_timing.ts";

export interface SegmentedTrack extends TimedPiece {
  readonly timeline: Timeline;
  /** Names what it was cut by, where the same gives the same again. */
  readonly segmentationId?: string;
}

interface TimedPiece extends MediaInput {
  readonly timing: SampleTiming;
}

export interface Segmentation {
  /** In the same order, without those that hold nothing that is presented. */
  readonly tracks: readonly (SegmentedTrack | SegmentedSubtitles)[];
  /** Sentences for the operator. */
  readonly warnings: readonly string[];
}

/**
 * @param segmentDuration in seconds
 * @throws MediaError when no piece holds anything that is presented
 */
export function segmentTracks(
  pieces: readonly TrackInput[],
  segmentDuration: number,
): Segmentation {
  const warnings: string[] = [];
  const shift = lateStart(pieces.filter((piece) => piece.type !== "text"));
  if (shift > 0) warnings.push(`All files start after ${shift} s: that is where 0 is put`);
  const timed = pieces.map((piece) => piece.type === "text" ? piece : timedPiece(piece, shift));
  const kept = timed.filter((piece) => {
    const empty = piece.type !== "text" && piece.timing.first >= piece.timing.end;
    if (empty) {
      warnings.push(
        `${piece.options.file}: track ${piece.track.id} is left out: no time or edit shows any of it`,
      );
    }
    return !empty;
  });
  if (kept.length === 0) throw nothingPresented(pieces);
  const leader = kept.find((piece): piece is TimedPiece => piece.type === "video");
  const step = buildRegularBoundaries(segmentDuration);
  const lead = leader &&
    of(leader, () => cutUnlessKnown(leader, step, () => segmentByDuration(timedOf(leader), step)));
  const boundaries = leader ? getBoundaries(leader, lead!.timeline, step) : step;
  const follow = (piece: TimedPiece): SegmentedTrack => {
    if (piece === leader) return { ...piece, ...lead! };
    const { warning, ...cut } = of(piece, () => alignTo(piece, boundaries, leader));
    if (warning) warnings.push(warning);
    return { ...piece, ...cut };
  };
  const followers = kept.map((piece) => piece.type === "text" ? piece : follow(piece));
  const mediaEnd = followers.reduce(
    (end, piece) => Math.max(end, piece.type === "text" ? 0 : endOf(piece)),
    0,
  );
  return {
    tracks: followers.map((piece) =>
      piece.type === "text" ? segmentSubtitles(piece, { boundaries, mediaEnd, shift }) : piece
    ),
    warnings,
  };
}

/** Where a rendition ends, in seconds. */
function endOf({ timeline, timing }: SegmentedTrack): number {
  return timeline.times.at(-1)! / timing.timescale;
}

function nothingPresented([first]: readonly TrackInput[]): MediaError {
  const error = new MediaError("Cannot find a sample that is presented");
  return first ? error.inFile(first.options.file) : error;
}

function timedOf({ track, timing }: TimedPiece): TimedTrack {
  return { table: track.samples, timing };
}

function timedPiece(piece: MediaInput, shift: number): TimedPiece {
  const { track, edit, type } = piece;
  const moved: EditWindow = { ...edit, delay: edit.delay - shift * track.timescale };
  return { ...piece, timing: of(piece, () => buildSampleTiming(track, moved, type)) };
}

/** Runs `read`, and names the file in what it throws. */
function of<T>({ options }: MediaInput, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof MediaError ? error.inFile(options.file) : error;
  }
}

type NamedCut = Pick<SegmentedTrack, "timeline" | "segmentationId">;

/** Cuts, where the package doesn't say what comes of it. */
function cutUnlessKnown(
  { type, timing, index }: TimedPiece,
  boundaries: Boundaries,
  cut: () => Timeline,
): NamedCut {
  const cutBy = computeSegmentationId(type === "audio" ? "audio" : "video", timing, boundaries);
  return {
    timeline: index && restoreTimeline(index, cutBy, timing) || cut(),
    segmentationId: cutBy,
  };
}

/** The timeline of a rendition that does not lead, and what the operator should know of it. */
function alignTo(
  piece: TimedPiece,
  boundaries: Boundaries,
  leader: TimedPiece | undefined,
): NamedCut & { warning?: string } {
  const timed = timedOf(piece);
  if (piece.type === "image") return { timeline: segmentPerSample(timed) };
  if (piece.type === "audio" || !leader) {
    return cutUnlessKnown(piece, boundaries, () => segmentByDuration(timed, boundaries));
  }
  let missing: number | undefined;
  const aligned = cutUnlessKnown(piece, boundaries, () => {
    const cut = segmentAtBoundaries(timed, boundaries);
    if (!("missing" in cut)) return cut;
    missing = cut.missing;
    return segmentByDuration(timed, { ...boundaries, times: [] });
  });
  if (missing === undefined) return aligned;
  return {
    timeline: aligned.timeline,
    warning: misaligned(piece, leader, { time: missing, boundaries }),
  };
}

/** Names the file and the time of the first difference, and the cure. */
function misaligned(
  piece: TimedPiece,
  leader: TimedPiece,
  { time, boundaries: { step } }: { time: number; boundaries: Boundaries },
): string {
  const end = computePresentationEnd(timedOf(piece)) / piece.timing.timescale;
  const difference = time < end
    ? `it has no key frame at ${+time.toFixed(3)} s`
    : `it ends at ${+end.toFixed(3)} s`;
  return `${piece.options.file}: is not aligned with ${leader.options.file}: ${difference}, so players may not ` +
    `switch between them cleanly; encode both from the same source with ` +
    `-force_key_frames "expr:gte(t,n_forced*${step / 1e6})" -sc_threshold 0 -flags +cgop`;
}

/**
 * Files that were cut out of a live stream count from a start long ago, and composition offsets from there would
 * not fit into a trun: gives the whole seconds that all of them start after, or 0 where the times fit as they are.
 */
function lateStart(pieces: readonly MediaInput[]): number {
  const starts = pieces.map(({ track, edit }) => {
    const first = Math.max(edit.start, track.samples.decodeTime(0));
    return first - edit.start + edit.delay;
  });
  if (starts.every((start) => start < MAX_OFFSET)) return 0;
  const seconds = starts.map((start, i) => start / pieces[i]!.track.timescale);
  return Math.floor(seconds.reduce((least, start) => Math.min(least, start), Infinity));
}
