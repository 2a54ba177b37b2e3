/**
 * Times of a rendition's samples, as players get them, out of the track's own times and its edit list (DESIGN: timing).
 *
 * Decode times start at 0 and run on by sample durations. A composition offset is presentation time + M − decode time,
 * with M the media_time of the one edit in the init, so that no offset is negative.
 */

import { MediaError } from "../errors.ts";
import type { RunShape } from "../mp4/fragment.ts";
import type { Track } from "../mp4/movie.ts";
import { binarySearchLessOrEqual } from "../binary_search.ts";
import { findUniformFields } from "../mp4/samples/sample_table.ts";
import type { SampleFields, SampleTable } from "../mp4/samples/sample_table.ts";
import type { EditWindow } from "../input/edit_list.ts";

export interface SampleTiming {
  /** Ticks a second: the track's, or a multiple of it. */
  readonly timescale: number;
  /** The samples that are kept: from `first` up to, not with, `end`. Equal where none is. */
  readonly first: number;
  readonly end: number;
  /** M: media_time of the one edit in the init; 0: no edit. No sample is presented before its decode time less this. */
  readonly mediaTime: number;
  /** By how much every sample is presented after its decode time, at least: above 0 where the track starts late, and M is 0. */
  readonly delay: number;
  /** Decode time of a sample: 0 for `first`; for `end`, where the last one ends. */
  decodeTime(index: number): number;
  /** Presentation time of a sample; negative for audio priming. */
  presentationTime(index: number): number;
  /** The last kept sample whose decode time is not after `time`; `first` where there is none. */
  indexAt(time: number): number;
  /**
   * What a fragment says of the samples from `first` on: durations, and offsets of at least 0.
   *
   * @throws MediaError when one would not fit into 32 bits
   */
  runFields(
    first: number,
    samples: SampleFields,
  ): { durations: Uint32Array; compositionOffsets: Uint32Array };
  /**
   * What these columns have in common, from `first` up to, not with, `end`; most often without making them.
   *
   * @throws MediaError as `columns` does
   */
  uniformFields(first: number, end: number): Pick<RunShape, "uniform" | "zeroOffsets">;
}

/** Samples at the start whose times are not the track's own: those before the edit's start, squeezed. */
interface Preroll {
  /** Index of the first sample after them. */
  readonly end: number;
  /** Factor by which the timescale is multiplied. */
  readonly factor: number;
  /** In the multiplied timescale; a row a sample. */
  readonly presentationTimes: readonly number[];
  /** The same, and one more: that of the sample at `end`. */
  readonly decodeTimes: readonly number[];
}

/** Pictures before the edit's start take less than this together, in seconds. */
const PREROLL_SECONDS = 0.0005;

/**
 * @param edit of this track
 * @throws MediaError when a composition offset would not fit into the 32 bits of a trun, or a time not into a number
 */
export function buildSampleTiming(
  track: Track,
  edit: EditWindow,
  type: "video" | "audio" | "image",
): SampleTiming {
  const table = track.samples;
  const first = edit.start >= compositionEnd(table)
    ? table.count
    : type === "audio"
    ? firstAudio(table, edit.start)
    : firstPicture(table, edit.start);
  const end = Math.max(first, endOf(track, edit));
  const head = type === "audio"
    ? { end: first, factor: 1, presentationTimes: [], decodeTimes: [0] }
    : compressPreroll(track, edit, { first, end });
  return timingOf(track, edit, { first, end, head });
}

function timingOf(
  track: Track,
  edit: EditWindow,
  { first, end, head }: { first: number; end: number; head: Preroll },
): SampleTiming {
  const table = track.samples;
  const { factor } = head;
  const headEndTime = table.decodeTime(head.end);
  const headDuration = head.decodeTimes.at(-1)!;
  const inHead = (index: number) => index < head.end;
  const decodeTime = (index: number) =>
    inHead(index)
      ? head.decodeTimes[index - first]!
      : (table.decodeTime(index) - headEndTime) * factor + headDuration;
  const presentationTime = (index: number) =>
    inHead(index)
      ? head.presentationTimes[index - first]!
      : (table.decodeTime(index) + table.compositionOffset(index) - edit.start + edit.delay) *
        factor;
  // Behind the head, presentation time less decode time is the composition offset times factor, plus this.
  const shift = (headEndTime - edit.start + edit.delay) * factor - headDuration;
  const leastOffset = head.presentationTimes.reduce(
    (least, time, i) => Math.min(least, time - head.decodeTimes[i]!),
    table.minCompositionOffset * factor + shift,
  );
  const mediaTime = Math.max(0, -leastOffset);
  checkOffset(shift + mediaTime, track, factor);
  checkEnd(track, factor, decodeTime(end));
  return {
    timescale: track.timescale * factor,
    first,
    end,
    mediaTime,
    delay: Math.max(0, leastOffset),
    decodeTime,
    presentationTime,
    indexAt(time) {
      const inTrack = Math.floor((time - headDuration) / factor) + headEndTime;
      const index = time < headDuration
        ? first + binarySearchLessOrEqual(head.decodeTimes, time)
        : table.indexAt(inTrack);
      return Math.min(Math.max(index, first), Math.max(first, end - 1));
    },
    runFields(from, { durations, compositionOffsets }) {
      const offsets = new Uint32Array(durations.length);
      const times = factor === 1 && !inHead(from) ? durations : new Uint32Array(durations.length);
      for (let i = 0; i < offsets.length; i++) {
        if (inHead(from + i)) {
          times[i] = fitting(decodeTime(from + i + 1) - decodeTime(from + i));
          offsets[i] = fitting(presentationTime(from + i) + mediaTime - decodeTime(from + i));
        } else {
          if (times !== durations) times[i] = fitting(durations[i]! * factor);
          const offset = compositionOffsets[i]! * factor + shift + mediaTime;
          offsets[i] = factor === 1 ? offset : fitting(offset);
        }
      }
      return { durations: times, compositionOffsets: offsets };
    },
    uniformFields(from, end) {
      if (factor !== 1 || inHead(from)) {
        const samples = table.scanSamples(from, end);
        const columns = this.runFields(from, samples);
        const alike = findUniformFields({ ...columns, flags: samples.flags });
        return {
          uniform: alike,
          zeroOffsets: alike.offsets && columns.compositionOffsets[0] === 0,
        };
      }
      const alike = table.uniformFields(from, end);
      const isZero = () => table.compositionOffset(from) + shift + mediaTime === 0;
      return { uniform: alike, zeroOffsets: alike.offsets && isZero() }; // where they differ, the table is not looked at
    },
  };
}

/** Composition offsets from here on are refused: a trun has 32 bits, and some readers take them as signed. */
export const MAX_OFFSET = 2 ** 31;

function checkOffset(offset: number, { id, timescale }: Track, factor: number): void {
  if (offset < MAX_OFFSET) return;
  const seconds = Math.round(offset / timescale / factor);
  throw new MediaError(
    `Cannot present track ${id}: it starts ${seconds} s after its decode times`,
    "MEDIA_UNSUPPORTED",
  );
}

/** Longest presentation, in seconds: 272 years. Its microseconds can be counted. */
const LONGEST = 2 ** 33;

function checkEnd({ id, timescale }: Track, factor: number, end: number): void {
  if (end >= LONGEST * timescale * factor || end >= 2 ** 52) {
    throw new MediaError(`Cannot present track ${id} up to tick ${end}`, "MEDIA_UNSUPPORTED");
  }
}

/** A number for a trun. A timescale that was multiplied may take it out of the 32 bits. */
function fitting(ticks: number): number {
  if (ticks >= 0 && ticks < 2 ** 32) return ticks;
  throw new MediaError(`Cannot write ${ticks} into a trun: over 32 bits`, "MEDIA_UNSUPPORTED");
}

/** Whole packets back to the edit's start, and one more as priming. */
function firstAudio(table: SampleTable, start: number): number {
  return Math.max(0, table.findSyncAtOrBefore(Math.max(0, table.indexAt(start) - 1)));
}

/** The last sync sample that is presented at or before the edit's start. */
function firstPicture(table: SampleTable, start: number): number {
  const from = table.indexAt(start - table.minCompositionOffset);
  let sync = table.findSyncAtOrBefore(Math.max(0, Math.min(from, table.count - 1)));
  while (sync > 0 && compositionTime(table, sync) > start) {
    sync = table.findSyncAtOrBefore(sync - 1);
  }
  return Math.max(0, sync);
}

function compositionTime(table: SampleTable, index: number): number {
  return table.decodeTime(index) + table.compositionOffset(index);
}

/** Index of the first sample that is left out at the end: those behind the last one presented before the edit's end. */
function endOf({ samples: table }: Track, { end, tolerance }: EditWindow): number {
  if (end > compositionEnd(table) - tolerance) return table.count;
  let last = Math.min(table.indexAt(end - table.minCompositionOffset), table.count - 1);
  while (last >= 0 && compositionTime(table, last) >= end) last--;
  return last + 1;
}

/** Samples at a track's end among which the one that is presented last is looked for: more than any encoder reorders. */
const REORDERED = 64;

/** Composition time at which the sample that is presented last ends. */
function compositionEnd(table: SampleTable): number {
  let end = 0;
  for (let i = Math.max(0, table.count - REORDERED); i < table.count; i++) {
    end = Math.max(end, table.decodeTime(i + 1) + table.compositionOffset(i));
  }
  return end;
}

/** Gives the pictures before the edit's start one tick each, in display order; a later one that is due in these ticks follows. */
function compressPreroll(
  { id, samples: table, timescale }: Track,
  { start, delay }: EditWindow,
  { first, end }: { first: number; end: number },
): Preroll {
  const early = pictures(table, { first, end, before: start });
  if (early.length === 0) return { end: first, factor: 1, presentationTimes: [], decodeTimes: [0] };
  const factor = Math.floor(early.length / (PREROLL_SECONDS * timescale)) + 1;
  if (factor * timescale >= 2 ** 32) { // mdhd has 32 bits
    throw new MediaError(
      `Cannot present track ${id}: its edit starts after ${early.length} pictures`,
    );
  }
  const moved = pictures(table, { first, end, before: start + early.length / factor });
  moved.sort((a, b) => compositionTime(table, a) - compositionTime(table, b));
  const rank = new Map(moved.map((index, i) => [index, i]));
  const squeezedOnes = new Set(early);
  const headEnd = moved.reduce((most, index) => Math.max(most, index + 1), first);
  const presentationTimes: number[] = [];
  const decodeTimes = [0];
  for (let i = first; i < headEnd; i++) {
    const natural = (compositionTime(table, i) - start + delay) * factor;
    presentationTimes.push(Math.max(natural, delay * factor + (rank.get(i) ?? 0)));
    const duration = (table.decodeTime(i + 1) - table.decodeTime(i)) * factor;
    decodeTimes.push(decodeTimes.at(-1)! + (squeezedOnes.has(i) ? 1 : duration));
  }
  return { end: headEnd, factor, presentationTimes, decodeTimes };
}

/** Samples that are composed before a time, in decode order. */
function pictures(
  table: SampleTable,
  { first, end, before }: { first: number; end: number; before: number },
): number[] {
  const found: number[] = [];
  const last = before - table.minCompositionOffset; // no sample that is decoded later is composed before
  for (let i = first; i < end && table.decodeTime(i) < last; i++) {
    if (compositionTime(table, i) < before) found.push(i);
  }
  return found;
}
