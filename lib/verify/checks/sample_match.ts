/** Samples that were read back, held against the source: which is which, and whether their bytes are the same. */

import { diffSamples } from "./sample_diff.ts";
import type { SamplePair } from "./sample_diff.ts";
import { bytesEqual } from "../bytes_equal.ts";
import type { Report } from "../findings.ts";
import { sampleBytes } from "../expected/source_track.ts";
import type { SourceSamples } from "../expected/source_track.ts";

export interface ReadBack {
  readonly count: number;
  /** The bytes of a sample, as the file has them. */
  sample(index: number): Uint8Array;
}

/** Pairs of what should be equal; what is lost, moved, repeated or changed is said. */
export function compareSamples(
  got: ReadBack,
  source: SourceSamples,
  report: Report,
): readonly SamplePair[] {
  const equal = (g: number, s: number) => bytesEqual(got.sample(g), sampleBytes(source, s));
  return pairSamples(got.count, source, {
    equal,
    report,
    differs: (pair) => differs(got, source, { pair, report }),
  });
}

/** The same where samples come in another format than the file has. */
export function pairSamples(
  count: number,
  source: Pick<SourceSamples, "count" | "first">,
  { equal, differs, report, open, noun = "sample" }: {
    equal: (got: number, source: number) => boolean;
    differs: (pair: SamplePair) => void;
    report: Report;
    /** More of the source may follow. */
    open?: boolean;
    noun?: "sample" | "cue";
  },
): readonly SamplePair[] {
  const counts = { got: count, source: source.count, open };
  const { pairs, lost, moved, repeated, extra } = diffSamples(counts, equal);
  const { first } = source;
  for (const s of lost) report(`lost ${noun}`, "it is not there", first + s);
  for (const s of moved) report(`moved ${noun}`, "it stands in another place", first + s);
  for (const g of repeated) {
    report(`repeated ${noun}`, `the segment's ${noun} ${g + 1} is there twice`);
  }
  for (const g of extra) {
    report(`extra ${noun}`, `the segment's ${noun} ${g + 1} is none of the source`);
  }
  for (const pair of pairs) if (!pair.equal) differs(pair);
  return pairs;
}

function differs(
  got: ReadBack,
  source: SourceSamples,
  { pair, report }: { pair: SamplePair; report: Report },
): void {
  const [theirs, own] = [got.sample(pair.got), sampleBytes(source, pair.source)];
  const index = source.first + pair.source;
  if (theirs.length !== own.length) {
    report("size", `it has ${theirs.length} bytes instead of ${own.length}`, index);
  } else {
    const at = own.findIndex((byte, i) => byte !== theirs[i]);
    report("bytes", `it differs from its byte ${at + 1} on, of ${own.length}`, index);
  }
}
