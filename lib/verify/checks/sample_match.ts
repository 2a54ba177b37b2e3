/** Samples that were read back, held against the source: which is which, and whether their bytes are the same. */

import { align } from "./sample_diff.ts";
import type { Pair } from "./sample_diff.ts";
import { bytesEqual } from "../bytes_equal.ts";
import type { Say } from "../findings.ts";
import { sampleBytes } from "../expected/source_track.ts";
import type { SourceSamples } from "../expected/source_track.ts";

export interface ReadBack {
  readonly count: number;
  /** The bytes of a sample, as the file has them. */
  sample(index: number): Uint8Array;
}

/** Pairs of what should be equal; what is lost, moved, repeated or changed is said. */
export function match(got: ReadBack, source: SourceSamples, say: Say): readonly Pair[] {
  const equal = (g: number, s: number) => bytesEqual(got.sample(g), sampleBytes(source, s));
  return matched(got.count, source, {
    equal,
    say,
    differs: (pair) => differs(got, source, { pair, say }),
  });
}

/** The same where samples come in another form than the file has. */
export function matched(
  count: number,
  source: Pick<SourceSamples, "count" | "first">,
  { equal, differs, say, open, noun = "sample" }: {
    equal: (got: number, source: number) => boolean;
    differs: (pair: Pair) => void;
    say: Say;
    /** More of the source may follow. */
    open?: boolean;
    noun?: "sample" | "cue";
  },
): readonly Pair[] {
  const counts = { got: count, source: source.count, open };
  const { pairs, lost, moved, repeated, extra } = align(counts, equal);
  const { first } = source;
  for (const s of lost) say(`lost ${noun}`, "it is not there", first + s);
  for (const s of moved) say(`moved ${noun}`, "it stands in another place", first + s);
  for (const g of repeated) {
    say(`repeated ${noun}`, `the segment's ${noun} ${g + 1} is there twice`);
  }
  for (const g of extra) {
    say(`extra ${noun}`, `the segment's ${noun} ${g + 1} is none of the source`);
  }
  for (const pair of pairs) if (!pair.equal) differs(pair);
  return pairs;
}

function differs(
  got: ReadBack,
  source: SourceSamples,
  { pair, say }: { pair: Pair; say: Say },
): void {
  const [theirs, own] = [got.sample(pair.got), sampleBytes(source, pair.source)];
  const index = source.first + pair.source;
  if (theirs.length !== own.length) {
    say("size", `it has ${theirs.length} bytes instead of ${own.length}`, index);
  } else {
    const at = own.findIndex((byte, i) => byte !== theirs[i]);
    say("bytes", `it differs from its byte ${at + 1} on, of ${own.length}`, index);
  }
}
