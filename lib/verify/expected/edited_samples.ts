/** Which samples several edits need (docs/design/timing.md), in the order in which they are decoded. */

import type { Track } from "../../mp4/movie.ts";
import type { SampleTable } from "../../mp4/samples/sample_table.ts";
import type { ExpectedEdit } from "./edits.ts";
import { findPriming } from "./priming.ts";

/** Samples `[first, end)` of the file that one edit needs. */
export interface EditedRange {
  readonly edit: ExpectedEdit;
  readonly first: number;
  readonly end: number;
}

export interface SelectedTrack {
  readonly track: Track;
  readonly type: "video" | "audio" | "image";
  /** Family of the codec: it may need more audio than a file declares. */
  readonly family: string;
}

/**
 * Edits that present no sample are omitted. Several may need the same sample.
 *
 * @param tolerance in ticks of the track, by which the end of the last edit may differ from that of the track
 */
export function selectEditedSamples(
  selected: SelectedTrack,
  given: readonly ExpectedEdit[],
  tolerance: number,
): readonly EditedRange[] {
  const { track, type } = selected;
  const trackEnd = findTrackEnd(track.samples);
  const ranges: EditedRange[] = [];
  const edits = given.map((edit, i) =>
    i === given.length - 1 && edit.end + tolerance > trackEnd ? { ...edit, end: Infinity } : edit
  );
  for (const edit of edits) {
    if (edit.start >= trackEnd || edit.end === edit.start) continue;
    const isFirst = ranges.length === 0;
    const range = type === "audio"
      ? selectPackets(selected, edit, { isFirst, isLast: edit === edits.at(-1) })
      : selectFrames(track, edit);
    if (range.first < range.end) ranges.push(range);
  }
  return ranges;
}

function selectFrames({ samples }: Track, edit: ExpectedEdit): EditedRange {
  return {
    edit,
    first: findKeyFrame(samples, edit.start),
    end: findLastBefore(samples, edit.end) + 1,
  };
}

/** Where edits meet, packets belong to the edit that contains their centre. */
function selectPackets(
  audio: SelectedTrack,
  edit: ExpectedEdit,
  { isFirst, isLast }: { isFirst: boolean; isLast: boolean },
): EditedRange {
  const { samples } = audio.track;
  const first = isFirst ? findPriming(audio, edit.start) : findFirstCentred(samples, edit.start);
  const end = isLast ? findLastBefore(samples, edit.end) + 1 : findFirstCentred(samples, edit.end);
  const presented = samples.decodeTime(end) > edit.start; // else all of it is priming
  return { edit, first, end: presented ? end : first };
}

export function compositionTime(samples: SampleTable, index: number): number {
  return samples.decodeTime(index) + samples.compositionOffset(index);
}

/** More samples than any encoder reorders. */
const REORDERED = 64;

/** Returns when the last presented sample ends. */
function findTrackEnd(samples: SampleTable): number {
  let end = 0;
  for (let i = Math.max(0, samples.count - REORDERED); i < samples.count; i++) {
    end = Math.max(end, samples.decodeTime(i + 1) + samples.compositionOffset(i));
  }
  return end;
}

/** Returns the last sync sample that is presented at `time` or before; 0 without one. */
function findKeyFrame(samples: SampleTable, time: number): number {
  let last = Math.min(samples.indexAt(time - samples.minCompositionOffset), samples.count - 1);
  while (last > 0) {
    const sync = samples.findSyncAtOrBefore(last);
    if (sync <= 0 || compositionTime(samples, sync) <= time) return Math.max(0, sync);
    last = sync - 1;
  }
  return 0;
}

/** Returns the last sample, in decode order, that is presented before `time`. */
function findLastBefore(samples: SampleTable, time: number): number {
  if (time === Infinity) return samples.count - 1;
  let last = Math.min(samples.indexAt(time - samples.minCompositionOffset), samples.count - 1);
  while (last >= 0 && compositionTime(samples, last) >= time) last--;
  return last;
}

/** Returns the first packet whose centre is at `time` or later. */
function findFirstCentred(samples: SampleTable, time: number): number {
  let index = Math.max(0, samples.indexAt(time - samples.maxCompositionOffset) - 1);
  while (index < samples.count && centre(samples, index) < time) index++;
  return index;
}

function centre(samples: SampleTable, index: number): number {
  const duration = samples.decodeTime(index + 1) - samples.decodeTime(index);
  return compositionTime(samples, index) + duration / 2;
}
