import { assertEquals } from "@std/assert";
import { forEachProtectedRange, type ProtectedSamples } from "../../lib/drm/protected_samples.ts";

const CASES: [what: string, Omit<ProtectedSamples, "bytes">, ranges: number[][]][] = [
  ["whole samples", { sizes: [5, 0, 7] }, [[0, 0, 5], [1, 5, 0], [2, 5, 7]]],
  [
    "subsamples",
    {
      sizes: [10, 3, 8],
      subsamples: [Uint32Array.of(1, 2, 3, 4), Uint32Array.of(3, 0), Uint32Array.of(0, 5, 3, 0)],
    },
    [[0, 1, 2], [0, 6, 4], [2, 13, 5]],
  ],
];

for (const [what, { sizes, ...rest }, expected] of CASES) {
  Deno.test(`forEachProtectedRange() visits the protected bytes of ${what}`, () => {
    const ranges: number[][] = [];
    const samples = { bytes: new Uint8Array(21), sizes, ...rest };
    forEachProtectedRange(samples, (...range) => ranges.push(range));
    assertEquals(ranges, expected);
  });
}
