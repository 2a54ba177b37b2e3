/** Segments all tracks of a presentation. The first video track is the reference for the others. */

import { MediaError, withFileName } from "../errors.ts";
import type { MediaInput, TrackInput } from "../input/track_input.ts";
import { buildRegularBoundaries, getReferenceBoundaries } from "./boundaries.ts";
import type { Boundaries } from "./boundaries.ts";
import { withUsableDecodeTimes } from "./decode_times.ts";
import { computeMedianDuration } from "./frame_rate.ts";
import { oncePerTrack } from "./once_per_track.ts";
import { segmentAtBoundaries, segmentByDuration, segmentPerSample } from "./sample_segmenter.ts";
import type { Time } from "./presentation.ts";
import { buildSampleTiming } from "./sample_timing.ts";
import type { SampleTiming } from "./sample_timing.ts";
import { checkAllSegments, type TimedTrack, type Timeline } from "./segment_timeline.ts";
import { findShortTracks, isSameTrack, warnShortTrack } from "./short_tracks.ts";
import { computeStartShift, shiftMedia, shiftSubtitles, warnStartShift } from "./start_shift.ts";
import { segmentSubtitles, warnLateCues } from "./subtitle_segmenter.ts";
import type { SegmentedSubtitles } from "./subtitle_segmenter.ts";
import { computeSegmentationId, restore, type Restored } from "./track_index.ts";

export interface SegmentedTrack extends TimedInput, Restored {
  readonly segmentationId?: string;
}

interface TimedInput extends MediaInput {
  readonly timing: SampleTiming;
}

export interface Segmentation {
  /** Without tracks that have no sample to present. */
  readonly tracks: readonly (SegmentedTrack | SegmentedSubtitles)[];
  /** Warnings of tracks that are left out. */
  readonly omissions: readonly string[];
  readonly warnings: readonly string[];
  /** Time of the media that is presented at 0. */
  readonly shift: Time;
}

/**
 * Computes the sample timing and the segment timeline of each input.
 *
 * @throws MediaError if no input has a sample to present
 */
export function segmentTracks(
  given: readonly TrackInput[],
  segmentDuration: number,
): Segmentation {
  const getUsableTrack = oncePerTrack(withUsableDecodeTimes);
  const inputs = given.map((input) =>
    input.type === "video" ? { ...input, track: getUsableTrack(input) } : input
  );
  const media = inputs.filter((input) => input.type !== "text");
  const shift = computeStartShift(media);
  const warnings = warnStartShift(shift, media);
  const omissions: string[] = [];
  const getTiming = oncePerTrack((input: MediaInput) => {
    const { edit, timing } = addTiming(shiftMedia(input, shift));
    return { edit, timing };
  });
  const timed = inputs.map((input) =>
    input.type === "text" ? input : { ...input, ...getTiming(input) }
  );
  const presented = timed.filter((input) => {
    const isEmpty = input.type !== "text" && input.timing.first >= input.timing.end;
    if (isEmpty) {
      const { options: { file }, track } = input;
      omissions.push(`${file}: track ${track.id} is left out: its edit list presents no sample`);
    }
    return !isEmpty;
  });
  if (presented.length === 0) throw createEmptyError(inputs);
  const { segmented, boundaries } = segmentMedia(presented, segmentDuration, warnings);
  checkSegments(segmented.filter((track) => track.type !== "text"));
  const short = findShortTracks(segmented);
  if (short.length > 0) {
    const others = given.filter((input) => !short.some((track) => isSameTrack(input, track)));
    const rest = segmentTracks(others, segmentDuration);
    return { ...rest, omissions: [...short.map(warnShortTrack), ...rest.omissions] };
  }
  const mediaEnd = segmented.reduce(
    (end, track) => Math.max(end, track.type === "text" ? 0 : getEnd(track)),
    0,
  );
  const tracks = segmented.map((track) =>
    track.type === "text"
      ? segmentSubtitles(shiftSubtitles(track, shift, mediaEnd), { boundaries, mediaEnd })
      : track
  );
  const subtitles = tracks.filter((track) => track.type === "text");
  const late = subtitles.flatMap((track) => warnLateCues(track, mediaEnd));
  return { tracks, omissions, warnings: [...warnings, ...late], shift };
}

function segmentMedia<S extends Extract<TrackInput, { type: "text" }>>(
  inputs: readonly (TimedInput | S)[],
  segmentDuration: number,
  warnings: string[],
): { segmented: (SegmentedTrack | S)[]; boundaries: Boundaries } {
  const regular = buildRegularBoundaries(segmentDuration);
  const reference = inputs.find((input): input is TimedInput => input.type === "video");
  const first = reference &&
    withFileName(
      reference.options.file,
      () => restoreOrSegment(reference, regular, () => segmentVideo(reference, regular)),
    );
  const boundaries = reference
    ? getReferenceBoundaries(reference, first!.timeline, regular)
    : regular;
  const align = oncePerTrack((input: TimedInput) =>
    withFileName(input.options.file, () => alignTo(reference, input, boundaries))
  );
  const segment = (input: TimedInput): SegmentedTrack => {
    if (input === reference) return { ...input, ...first! };
    const { warning, ...result } = align(input);
    if (warning) warnings.push(warning);
    return { ...input, ...result };
  };
  return {
    segmented: inputs.map((input) => input.type === "text" ? input : segment(input)),
    boundaries,
  };
}

function getEnd({ timeline, timing }: SegmentedTrack): number {
  return timeline.times.at(-1)! / timing.timescale;
}

function checkSegments(tracks: readonly SegmentedTrack[]): void {
  const [first] = tracks;
  if (!first) return;
  const timelines = tracks.map(({ timeline }) => timeline);
  withFileName(first.options.file, () => checkAllSegments(timelines));
}

function createEmptyError([first]: readonly TrackInput[]): MediaError {
  const error = new MediaError("Cannot find a sample that is presented");
  return first ? error.inFile(first.options.file) : error;
}

function toTimedTrack({ track, timing }: TimedInput): TimedTrack {
  const { samples: table, rollDistance, hasEqualSizes } = track;
  return { table, timing, rollDistance, hasEqualSizes };
}

/** @throws MediaError, with the file name, as `buildSampleTiming()` */
function addTiming(input: MediaInput): TimedInput {
  const { track, edit, type } = input;
  const timing = withFileName(input.options.file, () => buildSampleTiming(track, edit, type));
  return { ...input, timing };
}

type SegmentationResult = Omit<SegmentedTrack, keyof TimedInput>;

function restoreOrSegment(
  { type, timing, index, track }: TimedInput,
  boundaries: Boundaries,
  segment: () => Timeline,
): SegmentationResult {
  const segmentationId = computeSegmentationId(type, timing, boundaries, track);
  const restored = index && restore(index, segmentationId, timing);
  return { ...restored ?? { timeline: segment() }, segmentationId };
}

/** In seconds, and in frames of the median duration. */
const MIN_STILL = { seconds: 1, frames: 16 };

/**
 * Starts no segment after a still stretch: most decoders show its last frames only once they have the next ones, and players
 * do not load the next segment while so much is buffered.
 */
function segmentVideo(input: TimedInput, boundaries: Boundaries): Timeline {
  const { timing } = input;
  const maxLast = Math.max(
    MIN_STILL.seconds * timing.timescale,
    MIN_STILL.frames * computeMedianDuration(timing),
  );
  return segmentByDuration(toTimedTrack(input), boundaries, maxLast);
}

/** Video that lacks a sync sample at a boundary gets a timeline of its own. */
function alignTo(
  reference: TimedInput | undefined,
  input: TimedInput,
  boundaries: Boundaries,
): SegmentationResult & { warning?: string } {
  const track = toTimedTrack(input);
  if (input.type === "image") {
    return restoreOrSegment(
      input,
      boundaries,
      () => segmentPerSample(track, { withoutHeaders: true }),
    );
  }
  if (input.type === "audio" || !reference) {
    return restoreOrSegment(input, boundaries, () => segmentByDuration(track, boundaries));
  }
  let missing: number | undefined;
  const result = restoreOrSegment(input, boundaries, () => {
    const aligned = segmentAtBoundaries(track, boundaries);
    if (!("missing" in aligned)) return aligned;
    missing = aligned.missing;
    return segmentVideo(input, { ...boundaries, times: [] });
  });
  if (missing === undefined) return result;
  const warning = warnMisaligned(input, reference, { time: missing, boundaries });
  return { timeline: result.timeline, warning };
}

function warnMisaligned(
  input: TimedInput,
  reference: TimedInput,
  { time, boundaries: { step } }: { time: number; boundaries: Boundaries },
): string {
  const { options: { file }, track: { id } } = input;
  const subject = file === reference.options.file
    ? `${file}: track ${id} is not aligned with track ${reference.track.id}`
    : `${file}: is not aligned with ${reference.options.file}`;
  return `${subject}: it has no key frame at ` +
    `${+time.toFixed(
      3,
    )} s, so players may not switch between them cleanly; encode both from the same source with ` +
    `-force_key_frames "expr:gte(t,n_forced*${step / 1e6})" -sc_threshold 0 -flags +cgop`;
}
