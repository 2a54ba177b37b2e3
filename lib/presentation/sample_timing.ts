/**
 * Times of a rendition's samples as players receive them, after the edit list (docs/design/timing.md).
 *
 * A composition offset is presentation time + M − decode time, where M, the media_time of the only edit in the init segment,
 * makes every offset ≥ 0.
 */

import { binarySearchLessOrEqual } from "../binary_search.ts";
import { MediaError } from "../errors.ts";
import type { EditWindow } from "../input/edit_list.ts";
import { findEditRange } from "../input/edit_range.ts";
import type { RunShape } from "../mp4/moof.ts";
import type { Track } from "../mp4/movie.ts";
import { findUniformFields } from "../mp4/samples/sample_table.ts";
import type { SampleFields, SampleTable } from "../mp4/samples/sample_table.ts";
import { buildEmptyPreroll, compressPreroll } from "./preroll.ts";
import type { Preroll } from "./preroll.ts";

/** Times of samples by their index in the track, in ticks of `timescale`. */
export interface SampleTiming {
  readonly timescale: number;
  /** The edit list retains the samples `[first, end)`. */
  readonly first: number;
  readonly end: number;
  /** M; 0: no edit in the init segment. */
  readonly mediaTime: number;
  /** Least presentation time − decode time if the track starts late, so that M is 0; else 0. */
  readonly delay: number;
  /** Times of video samples before the edit's start. */
  readonly preroll: Preroll;
  /** Returns 0 for `first`, and for `end` the end of the last sample. */
  decodeTime(index: number): number;
  /** Negative for audio priming. */
  presentationTime(index: number): number;
  /** Returns the last retained sample with a decode time ≤ `time`, else `first`. */
  indexAt(time: number): number;
  /**
   * Returns durations and composition offsets as written to a fragment.
   *
   * @throws MediaError if one exceeds 32 bits
   */
  runFields(
    first: number,
    samples: SampleFields,
  ): { durations: Uint32Array; compositionOffsets: Uint32Array };
  /** Returns which run fields are equal for all samples of `[first, end)`. */
  uniformFields(first: number, end: number): Pick<RunShape, "uniform" | "zeroOffsets">;
}

/**
 * Computes the timing of a track.
 *
 * @throws MediaError if a composition offset reaches `MAX_OFFSET`, or a time exceeds 2^52
 */
export function buildSampleTiming(
  track: Track,
  edit: EditWindow,
  type: "video" | "audio" | "image",
): SampleTiming {
  const { first, end } = findEditRange(track, edit, type);
  const preroll = type === "audio"
    ? buildEmptyPreroll(first)
    : compressPreroll(track, edit, { first, end });
  return createTiming(track, edit, { first, end, preroll });
}

function createTiming(
  track: Track,
  edit: EditWindow,
  { first, end, preroll }: { first: number; end: number; preroll: Preroll },
): SampleTiming {
  const table = track.samples;
  const { factor } = preroll;
  const prerollEndTime = table.decodeTime(preroll.end);
  const prerollDuration = preroll.decodeTimes.at(-1)!;
  const isPreroll = (index: number) => index < preroll.end;
  const decodeTime = (index: number) =>
    index === first
      ? 0
      : isPreroll(index)
      ? preroll.decodeTimes[index - first]!
      : (table.decodeTime(index) - prerollEndTime) * factor + prerollDuration;
  const computeTime = (index: number) =>
    isPreroll(index)
      ? preroll.presentationTimes[index - first]!
      : (table.decodeTime(index) + table.compositionOffset(index) - edit.start + edit.delay) *
        factor;
  let firstTime: number | undefined; // searches compare with it: a look-up would move the windows of the tables there and back
  const presentationTime = (index: number) =>
    index === first ? firstTime ??= computeTime(first) : computeTime(index);
  // After the preroll: presentation time − decode time − composition offset × factor.
  const shift = (prerollEndTime - edit.start + edit.delay) * factor - prerollDuration;
  const leastOffset = preroll.presentationTimes.reduce(
    (least, time, i) => Math.min(least, time - preroll.decodeTimes[i]!),
    table.minCompositionOffset * factor + shift,
  );
  const mediaTime = Math.max(0, -leastOffset);
  checkOffset(shift + mediaTime, track, factor);
  checkEnd(track, factor, decodeTime(end));
  const mapping: FieldMapping = {
    table,
    preroll,
    shift: shift + mediaTime,
    mediaTime,
    decodeTime,
    presentationTime,
  };
  return {
    timescale: track.timescale * factor,
    first,
    end,
    mediaTime,
    delay: Math.max(0, leastOffset),
    preroll,
    decodeTime,
    presentationTime,
    indexAt(time) {
      const inTrack = Math.floor((time - prerollDuration) / factor) + prerollEndTime;
      const index = time < prerollDuration
        ? first + binarySearchLessOrEqual(preroll.decodeTimes, time)
        : table.indexAt(inTrack);
      return Math.min(Math.max(index, first), Math.max(first, end - 1));
    },
    runFields: (from, samples) => computeRunFields(mapping, from, samples),
    uniformFields: (from, end) => computeUniformFields(mapping, from, end),
  };
}

/** Maps the fields of a track's samples to those of a rendition. */
interface FieldMapping {
  readonly table: SampleTable;
  readonly preroll: Preroll;
  /** Added to the composition offsets × factor of the samples after the preroll. */
  readonly shift: number;
  readonly mediaTime: number;
  decodeTime(index: number): number;
  presentationTime(index: number): number;
}

function computeRunFields(
  mapping: FieldMapping,
  from: number,
  { durations, compositionOffsets }: SampleFields,
): { durations: Uint32Array; compositionOffsets: Uint32Array } {
  const { preroll: { factor, end: prerollEnd }, shift } = mapping;
  if (factor === 1 && shift === 0 && from >= prerollEnd) { // as in most files: nothing is copied
    const { buffer, byteOffset, length } = compositionOffsets;
    return { durations, compositionOffsets: new Uint32Array(buffer, byteOffset, length) };
  }
  const offsets = new Uint32Array(durations.length);
  const outDurations = factor === 1 && from >= prerollEnd
    ? durations
    : new Uint32Array(durations.length);
  const prerollCount = Math.min(Math.max(0, prerollEnd - from), offsets.length);
  for (let i = 0; i < prerollCount; i++) {
    const fields = computePrerollFields(mapping, from + i);
    outDurations[i] = fields.duration;
    offsets[i] = fields.compositionOffset;
  }
  for (let i = prerollCount; i < offsets.length; i++) {
    if (outDurations !== durations) outDurations[i] = checkUint32(durations[i]! * factor);
    const offset = compositionOffsets[i]! * factor + shift;
    offsets[i] = factor === 1 ? offset : checkUint32(offset);
  }
  return { durations: outDurations, compositionOffsets: offsets };
}

function computePrerollFields(
  { mediaTime, decodeTime, presentationTime }: FieldMapping,
  index: number,
): { duration: number; compositionOffset: number } {
  const time = decodeTime(index);
  return {
    duration: checkUint32(decodeTime(index + 1) - time),
    compositionOffset: checkUint32(presentationTime(index) + mediaTime - time),
  };
}

function computeUniformFields(
  mapping: FieldMapping,
  from: number,
  end: number,
): Pick<RunShape, "uniform" | "zeroOffsets"> {
  const { table, preroll, shift } = mapping;
  if (preroll.factor === 1 && from >= preroll.end) {
    const uniform = table.uniformFields(from, end);
    const isZero = () => table.compositionOffset(from) + shift === 0;
    return { uniform, zeroOffsets: uniform.offsets && isZero() }; // compositionOffset() may read the table
  }
  const samples = table.scanSamples(from, end);
  const fields = computeRunFields(mapping, from, samples);
  const uniform = findUniformFields({ ...fields, flags: samples.flags });
  return { uniform, zeroOffsets: uniform.offsets && fields.compositionOffsets[0] === 0 };
}

/** Some readers take the composition offsets of a trun as signed. */
const MAX_OFFSET = 2 ** 31;

function checkOffset(offset: number, { id, timescale }: Track, factor: number): void {
  if (offset < MAX_OFFSET) return;
  const seconds = Math.round(offset / timescale / factor);
  throw new MediaError(
    `Cannot present track ${id}: it starts ${seconds} s after its decode times`,
    "MEDIA_UNSUPPORTED",
  );
}

/** In seconds (272 years), whose microseconds are exact integers. */
const MAX_DURATION = 2 ** 33;

function checkEnd({ id, timescale }: Track, factor: number, end: number): void {
  if (end >= MAX_DURATION * timescale * factor || end >= 2 ** 52) {
    throw new MediaError(`Cannot present track ${id} up to tick ${end}`, "MEDIA_UNSUPPORTED");
  }
}

/** A multiplied timescale may exceed the 32 bits of a trun. */
function checkUint32(ticks: number): number {
  if (ticks >= 0 && ticks < 2 ** 32) return ticks;
  throw new MediaError(`Cannot write ${ticks} into a trun, expected 32 bits`, "MEDIA_UNSUPPORTED");
}
