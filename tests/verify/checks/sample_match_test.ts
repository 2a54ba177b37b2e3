import { assertEquals } from "@std/assert";
import type { SourceSamples } from "../../../lib/verify/expected/source_track.ts";
import { compareSamples } from "../../../lib/verify/checks/sample_match.ts";

/** Samples separated by spaces; the first one has index 100 in its track. */
function source(text: string): SourceSamples {
  const samples = text.split(" ");
  const byteOffsets = Float64Array.from(
    { length: samples.length + 1 },
    (_, i) => samples.slice(0, i).join("").length,
  );
  const bytes = new TextEncoder().encode(samples.join(""));
  return { first: 100, count: samples.length, byteOffsets, bytes } as SourceSamples;
}

const cases: [got: string, expected: string, findings: string[]][] = [
  ["a bb c", "a bb c", []],
  ["a c", "a bb c", ["101 lost sample: missing"]],
  ["a bx c", "a bb c", ["101 bytes: differs from byte 1 of 2 on"]],
  ["a b c", "a bb c", ["101 size: got 1 bytes, expected 2"]],
  ["a c bb", "a bb c", ["101 moved sample: at another position"]],
  ["a a bb c", "a bb c", ["- repeated sample: sample 2 of the segment occurs twice"]],
  ["a x bb c", "a bb c", ["- extra sample: sample 2 of the segment is not in the source"]],
];

for (const [text, expected, findings] of cases) {
  Deno.test(`compareSamples() compares '${text}' with '${expected}'`, () => {
    const samples = text.split(" ");
    const sample = (i: number) => new TextEncoder().encode(samples[i]);
    const found: string[] = [];
    compareSamples({ count: samples.length, sample }, source(expected), (rule, message, index) => {
      found.push(`${index ?? "-"} ${rule}: ${message}`);
    });
    assertEquals(found, findings);
  });
}
