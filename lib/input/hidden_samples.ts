/** Video samples of an edit that are needed for decoding only, and are hidden among the others (docs/design/timing.md). */

import type { Track } from "../mp4/movie.ts";
import { getCompositionTime, type SampleTable } from "../mp4/samples/sample_table.ts";
import type { PresentedEdit } from "./edit_list.ts";
import { type CountSample, type EditRange, findComposedBefore } from "./edit_range.ts";

/** Indices of samples in the file, in the order of their composition times there. */
export interface HiddenSamples {
  /** Composed before the edit: presented first, for one tick each. */
  readonly early: readonly number[];
  /** The last sample of `early`, which is on screen when the edit starts; -1 if the next one is presented within 0.5 ms. */
  readonly onScreen: number;
  /** Composed after the edit: presented after the others, for one tick each up to the end of the edit. */
  readonly late: readonly number[];
  /** The sample of the edit that is presented last. */
  readonly last: number;
  /** End of the edit. */
  readonly end: number;
  /** Sample from which on no sample is early. */
  readonly syncFrom: number;
}

/** In seconds: the time of samples that are hidden together. */
const MIN_SHOWN = 0.0005;

export const NOTHING_HIDDEN: HiddenSamples = {
  early: [],
  onScreen: -1,
  late: [],
  last: -1,
  end: Infinity,
  syncFrom: 0,
};

export function findHiddenSamples(
  { samples: table, timescale }: Pick<Track, "samples" | "timescale">,
  { start, end }: PresentedEdit,
  range: EditRange,
  count: CountSample,
): HiddenSamples {
  const compare = (a: number, b: number) =>
    getCompositionTime(table, a) - getCompositionTime(table, b);
  const early = findComposedBefore(table, { ...range, time: start }, count);
  const syncFrom = early.length > 0 ? early.at(-1)! + 1 : range.first;
  early.sort(compare);
  const soon = { ...range, time: start + MIN_SHOWN * timescale };
  const isNextSoon = early.length > 0 &&
    findComposedBefore(table, soon, count).length > early.length;
  return {
    early,
    onScreen: isNextSoon ? -1 : early.at(-1) ?? -1,
    ...findLate(table, { ...range, time: end }, count),
    end,
    syncFrom,
  };
}

/** Samples before those that are looked at are composed earlier than the last one. */
function findLate(
  table: SampleTable,
  { first, end, time }: EditRange & { readonly time: number },
  count: CountSample,
): Pick<HiddenSamples, "late" | "last"> {
  const late: number[] = [];
  let [last, lastTime] = [-1, -Infinity];
  for (let i = end - 1; i >= first; i--) {
    count();
    if (table.decodeTime(i) + table.maxCompositionOffset < lastTime) break;
    const composed = getCompositionTime(table, i);
    if (composed >= time) late.push(i);
    else if (composed > lastTime) [last, lastTime] = [i, composed];
  }
  late.sort((a, b) => getCompositionTime(table, a) - getCompositionTime(table, b));
  return { late, last };
}
