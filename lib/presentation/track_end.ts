/** The end of a track: of the sample that is presented last, which need not be the one that is decoded last. */

import type { SampleTable } from "../mp4/samples/sample_table.ts";

/** Samples at the end of a track that are searched for the one presented last: more than any encoder reorders. */
const MAX_REORDERED = 64;

/** Returns the composition time at which the sample presented last ends, in the track's timescale; 0 without samples. */
export function computeCompositionEnd(table: SampleTable): number {
  return findLatest(
    Math.max(0, table.count - MAX_REORDERED),
    table.count,
    (i) => table.decodeTime(i + 1) + table.compositionOffset(i),
  );
}

/** Returns the presentation time at which the sample presented last ends, in the rendition's timescale. */
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
  return findLatest(
    Math.max(first, Math.min(table.findSyncAtOrBefore(end - 1), end - MAX_REORDERED)),
    end,
    (i) => presentationTime(i) + decodeTime(i + 1) - decodeTime(i),
  );
}

/** Returns the greatest sample end of samples `[first, end)`, at least 0. */
function findLatest(first: number, end: number, sampleEnd: (index: number) => number): number {
  let latest = 0;
  for (let i = first; i < end; i++) latest = Math.max(latest, sampleEnd(i));
  return latest;
}
