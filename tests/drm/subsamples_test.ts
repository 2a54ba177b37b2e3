import { assertEquals, assertThrows } from "@std/assert";
import { buildSubsamples, MAX_SUBSAMPLES } from "../../lib/drm/subsamples.ts";
import type { CommonEncryptionScheme } from "../../lib/mp4/protection.ts";
import { MediaError } from "../../lib/errors.ts";
import { Prng } from "../robustness/prng.ts";

interface Case {
  readonly what: string;
  readonly ranges: number[];
  readonly size: number;
  readonly cenc: number[];
  readonly cbcs: number[];
}

const CASES: Case[] = [
  { what: "no ranges", ranges: [], size: 100, cenc: [100, 0], cbcs: [100, 0] },
  { what: "an empty sample", ranges: [], size: 0, cenc: [], cbcs: [] },
  { what: "whole blocks", ranges: [10, 42], size: 42, cenc: [10, 32], cbcs: [10, 32] },
  { what: "a partial block", ranges: [10, 45], size: 45, cenc: [13, 32], cbcs: [10, 35] },
  {
    what: "clear bytes at the end",
    ranges: [0, 16],
    size: 20,
    cenc: [0, 16, 4, 0],
    cbcs: [0, 16, 4, 0],
  },
  { what: "less than a block", ranges: [10, 25], size: 30, cenc: [30, 0], cbcs: [10, 15, 5, 0] },
  { what: "an empty range", ranges: [10, 10], size: 30, cenc: [30, 0], cbcs: [30, 0] },
  {
    what: "clear bytes of several NAL units and a small slice before the next slice",
    ranges: [10, 25, 40, 57],
    size: 57,
    cenc: [41, 16],
    cbcs: [10, 15, 15, 17],
  },
  {
    what: "adjacent ranges, whose chains are separate",
    ranges: [4, 20, 20, 36],
    size: 36,
    cenc: [4, 16, 0, 16],
    cbcs: [4, 16, 0, 16],
  },
  {
    what: "65,535 clear bytes",
    ranges: [65535, 65551],
    size: 65551,
    cenc: [65535, 16],
    cbcs: [65535, 16],
  },
  {
    what: "65,536 clear bytes",
    ranges: [65536, 65552],
    size: 65552,
    cenc: [65535, 0, 1, 16],
    cbcs: [65535, 0, 1, 16],
  },
  {
    what: "65,536 clear bytes with those of a partial block",
    ranges: [65530, 65552],
    size: 65552,
    cenc: [65535, 0, 1, 16],
    cbcs: [65530, 22],
  },
  {
    what: "200,000 clear bytes at the end",
    ranges: [0, 16],
    size: 200_016,
    cenc: [0, 16, 65535, 0, 65535, 0, 65535, 0, 3395, 0],
    cbcs: [0, 16, 65535, 0, 65535, 0, 65535, 0, 3395, 0],
  },
];

/** Starts and ends, alternating. */
function pair(bounds: readonly number[]): { start: number; end: number }[] {
  const starts = bounds.filter((_, i) => i % 2 === 0);
  return starts.map((start, i) => ({ start, end: bounds[2 * i + 1]! }));
}

for (const { what, ranges, size, ...expected } of CASES) {
  for (const scheme of ["cenc", "cbcs"] as const) {
    Deno.test(`buildSubsamples() maps ${what} in ${scheme}`, () => {
      assertEquals([...buildSubsamples(scheme, pair(ranges), size)], expected[scheme]);
    });
  }
}

/** Ranges of these sizes after 10 clear bytes each. */
function toRanges(sizes: readonly number[]): number[] {
  let at = 0;
  return sizes.flatMap((size) => [at += 10, at += size]);
}

for (const [scheme, max] of Object.entries(MAX_SUBSAMPLES) as [CommonEncryptionScheme, number][]) {
  Deno.test(`buildSubsamples() protects up to ${max} ranges in ${scheme}`, () => {
    const ranges = toRanges(Array(max).fill(160));
    const subsamples = buildSubsamples(scheme, pair(ranges), ranges.at(-1)!);
    assertEquals([...subsamples], Array(max).fill([10, 160]).flat());
  });

  Deno.test(`buildSubsamples() leaves the smallest of more than ${max} ranges clear in ${scheme}`, () => {
    const small = [3, 7, 8, 20, 21];
    const sizes = Array.from({ length: max + 5 }, (_, i) => small.includes(i) ? 16 : 160);
    const ranges = toRanges(sizes);
    const subsamples = buildSubsamples(scheme, pair(ranges), ranges.at(-1)!);
    const clear = { 4: 36, 9: 62, 22: 62 } as Record<number, number>;
    const expected = sizes.flatMap((size, i) => size === 16 ? [] : [clear[i] ?? 10, size]);
    assertEquals([...subsamples], expected);
  });

  Deno.test(`buildSubsamples() fits any number of ranges in ${scheme}, and sums to the size`, () => {
    const random = new Prng(scheme);
    for (let round = 0; round < 100; round++) {
      const ranges: number[] = [];
      let at = 0;
      for (let left = random.below(120); left > 0; left--) {
        at += random.below(random.pick([3, 50, 7000]));
        ranges.push(at, at += random.below(random.pick([20, 1000, 10_000])));
      }
      const size = at + random.below(200_000);
      checkSubsamples(scheme, buildSubsamples(scheme, pair(ranges), size), { ranges, size });
    }
  });
}

/** Every protected byte is of a range, clear runs are as few as possible, and sizes fit their fields. */
function checkSubsamples(
  scheme: CommonEncryptionScheme,
  subsamples: Uint32Array,
  { ranges, size }: { ranges: readonly number[]; size: number },
): void {
  assertEquals(subsamples.length <= 2 * MAX_SUBSAMPLES[scheme], true);
  let at = 0;
  for (let i = 0; i < subsamples.length; i += 2) {
    const [clear, encrypted] = [subsamples[i]!, subsamples[i + 1]!];
    assertEquals(clear <= 65535, true);
    const isLast = i + 2 === subsamples.length;
    if (encrypted === 0) assertEquals(isLast || clear === 65535, true, `${clear} clear bytes`);
    at += clear;
    if (encrypted > 0) checkRange(scheme, ranges, [at, at += encrypted]);
  }
  assertEquals(at, size);
}

function checkRange(
  scheme: CommonEncryptionScheme,
  ranges: readonly number[],
  [start, end]: [number, number],
): void {
  const found = ranges.findIndex((it, i) => i % 2 === 1 && it === end && ranges[i - 1]! <= start);
  assertEquals(found >= 0, true, `[${start}, ${end}) is the end of a range`);
  const expected = end - ranges[found - 1]!;
  assertEquals(end - start, scheme === "cenc" ? expected - expected % 16 : expected);
}

const INVALID: [what: string, ranges: number[]][] = [
  ["overlap", [0, 32, 31, 60]],
  ["exceed the sample", [0, 101]],
  ["end before they start", [50, 40]],
  ["are no numbers", [NaN, NaN]],
];

for (const [what, ranges] of INVALID) {
  Deno.test(`buildSubsamples() rejects ranges that ${what}`, () => {
    assertThrows(
      () => buildSubsamples("cbcs", pair(ranges), 100),
      MediaError,
      "Cannot protect bytes",
    );
  });
}

Deno.test("buildSubsamples() rejects a sample rather than leave all of it clear", () => {
  const size = 42 * 65535; // would fit if its range stayed clear
  const error = assertThrows(() => buildSubsamples("cbcs", pair([0, 16]), size), MediaError);
  assertEquals(error.code, "MEDIA_UNSUPPORTED");
});
