/** Fields of samples of a file in any order. */

import type { Samples, SampleTable } from "../../mp4/samples/sample_table.ts";

export interface SourceRows extends Pick<Samples, "sizes" | "flags" | "offsets"> {
  /** Sample entries, from 0. */
  readonly descriptions: Uint32Array;
}

/** @param indexes of samples in the file; consecutive ones are read at once */
export function readSourceRows(samples: SampleTable, indexes: Float64Array): SourceRows {
  const count = indexes.length;
  const rows = {
    sizes: new Uint32Array(count),
    flags: new Uint32Array(count),
    offsets: new Float64Array(count),
    descriptions: Uint32Array.from(indexes, (index) => samples.description(index)),
  };
  for (let start = 0; start < count;) {
    let end = start + 1;
    while (end < count && indexes[end] === indexes[end - 1]! + 1) end++;
    const run = samples.readSamples(indexes[start]!, indexes[end - 1]! + 1);
    rows.sizes.set(run.sizes, start);
    rows.flags.set(run.flags, start);
    rows.offsets.set(run.offsets, start);
    start = end;
  }
  return rows;
}
