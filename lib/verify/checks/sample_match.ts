/** Compares the samples of a segment with those of the source: order and bytes. */

import { diffSamples } from "./sample_diff.ts";
import type { SamplePair } from "./sample_diff.ts";
import { bytesEqual } from "../bytes_equal.ts";
import type { Report } from "../findings.ts";
import { getSourceSample } from "../expected/source_track.ts";
import type { SourceSamples } from "../expected/source_track.ts";

export interface ReadSamples {
  readonly count: number;
  sample(index: number): Uint8Array;
}

export function compareSamples(
  got: ReadSamples,
  source: SourceSamples,
  report: Report,
): readonly SamplePair[] {
  return pairSamples(got.count, source, {
    equal: (g, s) => bytesEqual(got.sample(g), getSourceSample(source, s)),
    report,
    onDifference: (pair) => reportBytes(got, source, { pair, report }),
  });
}

/** Reports lost, moved, repeated and extra samples of any representation. */
export function pairSamples(
  count: number,
  source: Pick<SourceSamples, "count" | "first">,
  { equal, onDifference, report, open, noun = "sample" }: {
    equal: (got: number, source: number) => boolean;
    onDifference: (pair: SamplePair) => void;
    report: Report;
    open?: boolean;
    noun?: "sample" | "cue";
  },
): readonly SamplePair[] {
  const counts = { got: count, source: source.count, open };
  const { pairs, lost, moved, repeated, extra } = diffSamples(counts, equal);
  const { first } = source;
  for (const s of lost) report(`lost ${noun}`, "missing", first + s);
  for (const s of moved) report(`moved ${noun}`, "at another position", first + s);
  for (const g of repeated) {
    report(`repeated ${noun}`, `${noun} ${g + 1} of the segment occurs twice`);
  }
  for (const g of extra) {
    report(`extra ${noun}`, `${noun} ${g + 1} of the segment is not in the source`);
  }
  for (const pair of pairs) if (!pair.equal) onDifference(pair);
  return pairs;
}

function reportBytes(
  got: ReadSamples,
  source: SourceSamples,
  { pair, report }: { pair: SamplePair; report: Report },
): void {
  const [actual, expected] = [got.sample(pair.got), getSourceSample(source, pair.source)];
  const index = source.first + pair.source;
  if (actual.length !== expected.length) {
    report("size", `got ${actual.length} bytes, expected ${expected.length}`, index);
  } else {
    const offset = expected.findIndex((byte, i) => byte !== actual[i]);
    report("bytes", `differs from byte ${offset} of ${expected.length} on`, index);
  }
}
