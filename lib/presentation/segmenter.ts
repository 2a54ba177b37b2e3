/** Segments all tracks of a presentation. The first video track is the reference for the others. */

import { MediaError } from "../errors.ts";
import type { MediaInput, TrackInput } from "../input/track_input.ts";
import { buildRegularBoundaries, getReferenceBoundaries } from "./boundaries.ts";
import type { Boundaries } from "./boundaries.ts";
import { segmentAtBoundaries, segmentByDuration, segmentPerSample } from "./sample_segmenter.ts";
import { buildSampleTiming, MAX_OFFSET } from "./sample_timing.ts";
import type { SampleTiming } from "./sample_timing.ts";
import type { TimedTrack, Timeline } from "./segment_timeline.ts";
import { segmentSubtitles } from "./subtitle_segmenter.ts";
import type { SegmentedSubtitles } from "./subtitle_segmenter.ts";
import { computePresentationEnd } from "./track_end.ts";
import { computeSegmentationId, restore, type Restored } from "./track_index.ts";

export interface SegmentedTrack extends TimedInput, Restored {
  readonly segmentationId?: string;
}

export interface TimedInput extends MediaInput {
  readonly timing: SampleTiming;
}

export interface Segmentation {
  /** Without tracks that have no sample to present. */
  readonly tracks: readonly (SegmentedTrack | SegmentedSubtitles)[];
  readonly warnings: readonly string[];
}

/**
 * Computes the sample timing and the segment timeline of each input.
 *
 * @throws MediaError if no input has a sample to present
 */
export function segmentTracks(
  inputs: readonly TrackInput[],
  segmentDuration: number,
): Segmentation {
  const warnings: string[] = [];
  const shift = computeShift(inputs.filter((input) => input.type !== "text"));
  if (shift > 0) {
    warnings.push(`All files start after ${shift} s; presentation time 0 was moved there`);
  }
  const timed = inputs.map((input) =>
    input.type === "text" ? input : addTiming(shiftInput(input, shift))
  );
  const presented = timed.filter((input) => {
    const isEmpty = input.type !== "text" && input.timing.first >= input.timing.end;
    if (isEmpty) {
      const { options: { file }, track } = input;
      warnings.push(`${file}: track ${track.id} is left out: its edit list presents no sample`);
    }
    return !isEmpty;
  });
  if (presented.length === 0) throw createEmptyError(inputs);
  const { segmented, boundaries } = segmentMedia(presented, segmentDuration, warnings);
  const mediaEnd = segmented.reduce(
    (end, track) => Math.max(end, track.type === "text" ? 0 : getEnd(track)),
    0,
  );
  return {
    tracks: segmented.map((track) =>
      track.type === "text" ? segmentSubtitles(track, { boundaries, mediaEnd, shift }) : track
    ),
    warnings,
  };
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
      reference,
      () =>
        restoreOrSegment(
          reference,
          regular,
          () => segmentByDuration(toTimedTrack(reference), regular),
        ),
    );
  const boundaries = reference
    ? getReferenceBoundaries(reference, first!.timeline, regular)
    : regular;
  const segment = (input: TimedInput): SegmentedTrack => {
    if (input === reference) return { ...input, ...first! };
    const { warning, ...result } = withFileName(
      input,
      () => alignTo(reference, input, boundaries),
    );
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

function createEmptyError([first]: readonly TrackInput[]): MediaError {
  const error = new MediaError("Cannot find a sample that is presented");
  return first ? error.inFile(first.options.file) : error;
}

export function toTimedTrack({ track, timing }: TimedInput): TimedTrack {
  return { table: track.samples, timing };
}

/** Presents a track earlier, by the seconds from `computeShift()`. */
export function shiftInput(input: MediaInput, shift: number): MediaInput {
  const { edit, track } = input;
  return { ...input, edit: { ...edit, delay: edit.delay - shift * track.timescale } };
}

/** @throws MediaError, with the file name, as `buildSampleTiming()` */
export function addTiming(input: MediaInput): TimedInput {
  const { track, edit, type } = input;
  const timing = withFileName(input, () => buildSampleTiming(track, edit, type));
  return { ...input, timing };
}

function withFileName<T>({ options }: MediaInput, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    throw error instanceof MediaError ? error.inFile(options.file) : error;
  }
}

type SegmentationResult = Omit<SegmentedTrack, keyof TimedInput>;

function restoreOrSegment(
  { type, timing, index }: TimedInput,
  boundaries: Boundaries,
  segment: () => Timeline,
): SegmentationResult {
  const segmentationId = computeSegmentationId(type, timing, boundaries);
  const restored = index && restore(index, segmentationId, timing);
  return { ...restored ?? { timeline: segment() }, segmentationId };
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
    return segmentByDuration(track, { ...boundaries, times: [] });
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
  const end = computePresentationEnd(toTimedTrack(input)) / input.timing.timescale;
  const difference = time < end
    ? `it has no key frame at ${+time.toFixed(3)} s`
    : `it ends at ${+end.toFixed(3)} s`;
  return `${input.options.file}: is not aligned with ${reference.options.file}: ${difference}, so players may not ` +
    `switch between them cleanly; encode both from the same source with ` +
    `-force_key_frames "expr:gte(t,n_forced*${step / 1e6})" -sc_threshold 0 -flags +cgop`;
}

/** Returns the whole seconds by which to move tracks that start too late for a trun, such as recordings of a live stream. */
export function computeShift(inputs: readonly MediaInput[]): number {
  const starts = inputs.map(({ track, edit }) => {
    const first = Math.max(edit.start, track.samples.decodeTime(0));
    return first - edit.start + edit.delay;
  });
  if (starts.every((start) => start < MAX_OFFSET)) return 0;
  const seconds = starts.map((start, i) => start / inputs[i]!.track.timescale);
  return Math.floor(seconds.reduce((least, start) => Math.min(least, start), Infinity));
}
