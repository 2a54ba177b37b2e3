/** Tracks whose edit list has several entries, as tracks with one (docs/design/timing.md). */

import { MediaError } from "../errors.ts";
import type { Track } from "../mp4/movie.ts";
import { EditedTable } from "../mp4/samples/edited.ts";
import type { EditedPart } from "../mp4/samples/edited_parts.ts";
import { withPages } from "../mp4/samples/pages.ts";
import type { SampleTable } from "../mp4/samples/sample_table.ts";
import { computeCompositionEnd } from "../mp4/samples/track_end.ts";
import { rescale } from "../time.ts";
import { WorkPauses } from "../work_pauses.ts";
import type { EditWindow, PresentedEdit } from "./edit_list.ts";
import {
  computeTimescaleFactor,
  type CountSample,
  type EditRange,
  findCentredPacket,
  findEditRange,
} from "./edit_range.ts";
import { findHiddenSamples, type HiddenSamples, NOTHING_HIDDEN } from "./hidden_samples.ts";
import { MovedSamples } from "./moved_samples.ts";

/** More cuts than a film has. Each takes 64 bytes of memory, and some look-ups in the sample tables. */
const MAX_EDITS = 2 ** 12;

/** As many as a track of packets may have; a track that has more may present each once. */
const MAX_SAMPLES = 2 ** 24;

/** All edits together. A cut each second between key frames that are 10 s apart has them in four hours. */
const MAX_SCANNED = 2 ** 21;

/** In ticks per second: edits start to the millisecond. */
const MIN_TIMESCALE = 1000;

/** The samples of an edit. */
export interface EditSamples extends EditRange {
  readonly edit: PresentedEdit;
  readonly hidden: HiddenSamples;
}

export interface EditedTrack {
  readonly track: Track;
  readonly edit: EditWindow;
}

/**
 * Returns a track with the samples of all edits one after the other, and the only edit of it. A track of one edit stays as it is.
 *
 * @throws MediaError `MEDIA_UNSUPPORTED` if there are too many edits, or samples in them
 */
export async function joinEdits(
  track: Track,
  edits: readonly PresentedEdit[],
  { type, movieTimescale }: { type: "video" | "audio" | "image"; movieTimescale: number },
): Promise<EditedTrack> {
  const [first, ...others] = edits as [PresentedEdit, ...PresentedEdit[]];
  if (others.length === 0) return { track, edit: first };
  checkLimit(track, { count: edits.length, what: "edits", max: MAX_EDITS });
  const found = await findSamples(track, edits, type);
  if (found.length === 0) {
    return { track, edit: { ...first, start: await withPages(() => getEnd(track)) } };
  }
  const factor = computeFactor(track, found);
  const timescale = track.timescale * factor;
  const parts = found.map(({ edit: { start, movieTime }, first, end, hidden }): EditedPart => ({
    first,
    end,
    start,
    time: rescale(movieTime, movieTimescale, timescale),
    syncFrom: hidden.syncFrom,
  }));
  const moved = new MovedSamples(track, { factor, parts });
  const pauses = new WorkPauses();
  for (let i = found.length - 1; i >= 0; i--) {
    await pauses.check();
    await withPages(() => moved.addPart(i, found[i]!.hidden));
  }
  return await withPages(() => {
    const samples = new EditedTable(track.samples, moved.finish());
    checkOffsets(track, samples);
    const delay = parts[0]!.time;
    return {
      track: { ...track, timescale, samples, edits: [] },
      edit: { ...first, start: delay - samples.origin, end: Infinity, delay },
    };
  });
}

function getEnd({ samples }: Track): number {
  return computeCompositionEnd(samples);
}

/** Leaves out edits that present no sample, such as those shorter than half a tick. */
async function findSamples(
  track: Track,
  edits: readonly PresentedEdit[],
  type: "video" | "audio" | "image",
): Promise<EditSamples[]> {
  const found: EditSamples[] = [];
  let [scanned, samples] = [0, 0];
  const pauses = new WorkPauses();
  for (const [i, edit] of edits.entries()) {
    await pauses.check();
    if (edit.end <= edit.start) continue;
    const neighbours = { hasBefore: found.length > 0, hasAfter: i < edits.length - 1 };
    const range = await withPages(() => {
      let count = scanned; // of this attempt: pages may be missing
      const countSample = () =>
        checkLimit(track, { count: ++count, what: "samples at edits", max: MAX_SCANNED });
      const range = findEditSamples(track, edit, { type, ...neighbours, countSample });
      scanned = count;
      return range;
    });
    if (range.end <= range.first) continue;
    samples += range.end - range.first;
    const max = Math.max(MAX_SAMPLES, track.samples.count);
    checkLimit(track, { count: samples, what: "samples in edits", max });
    found.push(range);
  }
  return found;
}

function findEditSamples(
  track: Track,
  own: PresentedEdit,
  { type, hasBefore, hasAfter, countSample }: {
    type: "video" | "audio" | "image";
    hasBefore: boolean;
    hasAfter: boolean;
    countSample: CountSample;
  },
): EditSamples {
  const { samples: table } = track;
  const edit = hasAfter ? { ...own, tolerance: 0 } : openEnd(own, table);
  const range = findEditRange(track, edit, type, countSample);
  if (type !== "audio") {
    return { edit, ...range, hidden: findHiddenSamples(track, edit, range, countSample) };
  }
  const first = hasBefore ? findCentredPacket(table, edit.start) : range.first;
  const end = hasAfter ? findCentredPacket(table, edit.end) : range.end;
  const isPriming = end > first && table.decodeTime(end) <= edit.start; // nothing follows that it is for
  return {
    edit,
    first,
    end: isPriming ? first : end,
    hidden: { ...NOTHING_HIDDEN, end: edit.end, syncFrom: first },
  };
}

/** An end that is that of the track but for rounding is none. */
function openEnd(edit: PresentedEdit, table: SampleTable): PresentedEdit {
  const isEnd = edit.end > computeCompositionEnd(table) - edit.tolerance;
  return isEnd ? { ...edit, end: Infinity } : edit;
}

/** Hidden samples of an edit last less than 0.5 ms together. They are so few (`MovedSamples`) that mdhd's 32 bits suffice. */
function computeFactor({ timescale }: Track, found: readonly EditSamples[]): number {
  const most = found.reduce(
    (most, { hidden: { early, late } }) => Math.max(most, early.length + late.length),
    0,
  );
  return Math.max(computeTimescaleFactor(timescale, most), Math.ceil(MIN_TIMESCALE / timescale));
}

function checkLimit(
  { id }: Track,
  { count, what, max }: { count: number; what: string; max: number },
): void {
  if (count <= max) return;
  const message = `Cannot present ${count} ${what} of track ${id}, expected at most ${max}`;
  throw new MediaError(message, "MEDIA_UNSUPPORTED");
}

/** A column of composition offsets has 32 bits. */
function checkOffsets({ id }: Track, table: EditedTable): void {
  const { minCompositionOffset: least, maxCompositionOffset: most } = table;
  if (least >= -(2 ** 31) && most < 2 ** 31) return;
  const message = `Cannot present track ${id}: its edits need composition offsets of ${
    most < 2 ** 31 ? least : most
  } ticks, expected 32 bits`;
  throw new MediaError(message, "MEDIA_UNSUPPORTED");
}
