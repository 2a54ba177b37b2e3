/** The end of a track: of the sample presented last, which need not be the last decoded. */

import type { SampleTable } from "./sample_table.ts";

/** More than any encoder reorders. */
const MAX_REORDERED = 64;

/** Returns the composition time of the end, in the track's timescale; 0 without samples. */
export function computeCompositionEnd(table: SampleTable): number {
  return findLatest(
    Math.max(0, table.count - MAX_REORDERED),
    table.count,
    (i) => table.decodeTime(i + 1) + table.compositionOffset(i),
  );
}

/** Returns the presentation time of the end, in the rendition's timescale. */
export function computePresentationEnd(
  { table, timing: { first, end, decodeTime, presentationTime } }: {
    readonly table: SampleTable;
    readonly timing: {
      readonly first: number;
      readonly end: number;
      decodeTime(index: number): number;
      presentationTime(index: number): number;
    };
  },
): number {
  const from = Math.min(table.findSyncAtOrBefore(end - 1), end - MAX_REORDERED);
  return findLatest(
    Math.max(first, from, table.lastEdit ?? 0),
    end,
    (i) => presentationTime(i) + decodeTime(i + 1) - decodeTime(i),
  );
}

function findLatest(first: number, end: number, sampleEnd: (index: number) => number): number {
  let latest = 0;
  for (let i = first; i < end; i++) latest = Math.max(latest, sampleEnd(i));
  return latest;
}
