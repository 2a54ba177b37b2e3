/** The samples that an edit needs (docs/design/timing.md). */

import type { Track } from "../mp4/movie.ts";
import { getCompositionTime, type SampleTable } from "../mp4/samples/sample_table.ts";
import { computeCompositionEnd } from "../mp4/samples/track_end.ts";
import type { EditWindow } from "./edit_list.ts";

/** Samples `[first, end)` of a track. */
export interface EditRange {
  readonly first: number;
  readonly end: number;
}

/** Called for each sample that is looked at; throws if they are too many. */
export type CountSample = () => void;

const COUNT_NOTHING: CountSample = () => {};

/** Finds the samples of a track's only edit, or of the first one up to its end. The range is empty if there are none. */
export function findEditRange(
  track: Track,
  edit: EditWindow,
  type: "video" | "audio" | "image",
  count: CountSample = COUNT_NOTHING,
): EditRange {
  const table = track.samples;
  if (table.hidden) return { first: 0, end: table.count }; // of several edits, which need all of them
  if (edit.start >= computeCompositionEnd(table)) return { first: table.count, end: table.count };
  const first = type === "audio"
    ? findFirstAudioSample(track, edit.start, count)
    : findFirstVideoSample(table, edit.start, count);
  return { first, end: Math.max(first, findEnd(track, edit, count)) };
}

/** Before an edit, in seconds: packets are shorter, but there may be a gap after them. */
const MAX_PRIMING = 9;

/** Starts with the packets before the edit that the decoder needs, of which a file may declare 32,768. */
function findFirstAudioSample(
  { samples: table, timescale, primingPackets = 1 }: Track,
  start: number,
  count: CountSample,
): number {
  const primed = Math.max(0, table.indexAt(start) - primingPackets);
  let first = Math.max(0, table.findSyncAtOrBefore(primed));
  for (; start - table.decodeTime(first) > MAX_PRIMING * timescale; first++) count();
  return first;
}

function findFirstVideoSample(table: SampleTable, start: number, count: CountSample): number {
  const from = table.indexAt(start - table.minCompositionOffset);
  let sync = table.findSyncAtOrBefore(Math.max(0, Math.min(from, table.count - 1)));
  for (; sync > 0 && getCompositionTime(table, sync) > start; count()) {
    sync = table.findSyncAtOrBefore(sync - 1);
  }
  return Math.max(0, sync);
}

function findEnd(
  { samples: table }: Track,
  { end, tolerance }: EditWindow,
  count: CountSample,
): number {
  if (end > computeCompositionEnd(table) - tolerance) return table.count;
  let last = Math.min(table.indexAt(end - table.minCompositionOffset), table.count - 1);
  for (; last >= 0 && getCompositionTime(table, last) >= end; count()) last--;
  return last + 1;
}

/**
 * Returns the first packet of audio whose centre is at or after `time`. Between two edits, packets belong to the edit that
 * contains their centre: no packet can be hidden there.
 */
export function findCentredPacket(table: SampleTable, time: number): number {
  let [low, high] = [0, table.count];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const duration = table.decodeTime(middle + 1) - table.decodeTime(middle);
    if (getCompositionTime(table, middle) + duration / 2 < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Lists the samples of `[first, end)` that are presented before `time`. */
export function findComposedBefore(
  table: SampleTable,
  { first, end, time }: EditRange & { readonly time: number },
  count: CountSample = COUNT_NOTHING,
): number[] {
  const found: number[] = [];
  const last = time - table.minCompositionOffset; // no sample decoded from here on is composed before `time`
  for (let i = first; i < end && table.decodeTime(i) < last; i++) {
    count();
    if (getCompositionTime(table, i) < time) found.push(i);
  }
  return found;
}

/** In seconds: the time of samples that are hidden together. */
const MAX_HIDDEN = 0.0005;

/** Returns a factor of a timescale with which `count` samples of one tick each last less than 0.5 ms. */
export function computeTimescaleFactor(timescale: number, count: number): number {
  return Math.floor(count / (MAX_HIDDEN * timescale)) + 1;
}
