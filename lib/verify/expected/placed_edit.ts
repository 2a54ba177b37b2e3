/** Expected times of the samples of one edit among several (docs/design/timing.md). */

import type { SampleTable } from "../../mp4/samples/sample_table.ts";
import { compositionTime, type EditedRange } from "./edited_samples.ts";

/** Columns with a row for each sample; times in the rendition's timescale. */
export interface PlacedEdit {
  /** Presentation times of the edit's start, and of its first sample. */
  readonly start: number;
  readonly earliest: number;
  /** When the edit ends; Infinity: when the track does. */
  readonly end: number;
  readonly sources: Float64Array;
  readonly presentation: Float64Array;
  /** Decode times of the file; Infinity for samples before the edit, which are decoded when they are presented. */
  readonly decode: Float64Array;
  readonly decodeEnd: number;
  /** Rows of samples that are needed only for decoding. */
  readonly compressed: readonly number[];
  /** The row among them that is on screen when the edit starts; -1 without one. */
  readonly onScreen: number;
  /** The row that is presented last, of those that are not only needed for decoding; -1 of audio, or without one. */
  readonly last: number;
  /** Rows behind the first one, up to the last one before the edit: no segment starts there. */
  readonly dependent: number;
}

export interface PlacedEditOptions {
  readonly samples: SampleTable;
  /** Timescale of the rendition. */
  readonly timescale: number;
  readonly isAudio: boolean;
  /** Ticks of the rendition in a tick of the track. */
  readonly factor: number;
  /** Presentation time of the edit's start, in ticks of the rendition. */
  readonly start: number;
  /** When the first sample of the next edit is presented; undefined after the last edit. */
  readonly next: number | undefined;
}

/**
 * Video samples before the edit take a tick each at its start, those after it a tick each up to the next sample that is presented,
 * so that the last sample of the edit remains on screen until then. Decoders output samples in the order of the file.
 */
export function placeEdit(range: EditedRange, options: PlacedEditOptions): PlacedEdit {
  const { samples, isAudio, factor, start, timescale } = options;
  const { edit, first, end } = range;
  const toRendition = (time: number) => start + (time - edit.start) * factor;
  const sources = Float64Array.from({ length: end - first }, (_, row) => first + row);
  const own = sources.map((index) => toRendition(compositionTime(samples, index)));
  const editEnd = isAudio ? Infinity : toRendition(edit.end);
  const isEarly = (row: number) => !isAudio && own[row]! < start;
  const order = [...own.keys()].sort((a, b) => own[a]! - own[b]!);
  const presentation = isAudio
    ? own
    : hideOthers(own, order, { start, end: editEnd, next: options.next });
  return {
    start,
    end: toRendition(edit.end),
    earliest: presentation.reduce((least, time) => Math.min(least, time), Infinity),
    sources,
    presentation,
    decode: sources.map((index, row) =>
      isEarly(row) ? Infinity : toRendition(samples.decodeTime(index))
    ),
    decodeEnd: toRendition(samples.decodeTime(end)),
    compressed: order.filter((row) => isEarly(row) || own[row]! >= editEnd),
    onScreen: isAudio ? -1 : findOnScreen(order.map((row) => own[row]! - start), order, timescale),
    last: isAudio ? -1 : order.findLast((row) => !isEarly(row) && own[row]! < editEnd) ?? -1,
    dependent: Math.max(0, [...own.keys()].findLast(isEarly) ?? 0),
  };
}

/** Half a millisecond: a part of a second. */
const SHORTEST = 2000;

/**
 * Finds the last sample before the edit, unless the next one follows its start at once.
 *
 * @param times of the rows in `order`, ascending, relative to the start of the edit
 */
function findOnScreen(
  times: readonly number[],
  order: readonly number[],
  timescale: number,
): number {
  const next = times.findIndex((time) => time >= 0);
  if (next === -1) return order.at(-1) ?? -1;
  return times[next]! * SHORTEST < timescale ? -1 : order[next - 1] ?? -1;
}

/**
 * Returns the presentation times of all rows.
 *
 * @param own presentation times, also outside the edit
 * @param order rows by these times
 */
function hideOthers(
  own: Float64Array,
  order: readonly number[],
  { start, end, next }: { start: number; end: number; next: number | undefined },
): Float64Array {
  const times = own.slice();
  const early = order.filter((row) => own[row]! < start);
  const late = order.filter((row) => own[row]! >= end);
  const shown = order.slice(early.length, order.length - late.length);
  const hidden = early.length + late.length;
  const due = early.length > 0 ? shown.filter((row) => own[row]! < start + hidden) : [];
  for (const [rank, row] of [...early, ...due].entries()) {
    times[row] = Math.max(own[row]!, start + rank);
  }
  if (late.length === 0) return times;
  const last = shown.at(-1) ?? early.at(-1);
  const headEnd = start + early.length + due.length;
  if (next === undefined && last !== undefined && times[last]! - late.length >= headEnd) {
    for (const [rank, row] of late.entries()) times[row] = times[last]! - late.length + rank;
    return times;
  }
  const lateStart = (next ?? end) - late.length;
  const isOpen = shown.length > 0 && !due.includes(last!);
  if (isOpen) times[last!] = Math.min(own[last!]!, lateStart - 1);
  const from = Math.max(lateStart, last === undefined ? -Infinity : times[last]! + 1);
  for (const [rank, row] of late.entries()) times[row] = from + rank;
  return times;
}
