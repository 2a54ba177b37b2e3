import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { IndexMismatchError } from "../../lib/errors.ts";
import { MissingPages, Pages } from "../../lib/mp4/samples/pages.ts";
import type { Samples, SampleTable } from "../../lib/mp4/samples/sample_table.ts";
import {
  checkExtents,
  measureExtents,
  withSamples,
} from "../../lib/presentation/segment_extents.ts";
import type { Timeline } from "../../lib/presentation/segment_timeline.ts";
import { memorySource } from "../mp4/movie_file.ts";

/** Samples of 5,000 bytes, of which every other one is 10,000 bytes further on. */
const TABLE = {
  readSamplesUncached(first: number, end: number): Pick<Samples, "offsets" | "sizes"> {
    const indices = Array.from({ length: end - first }, (_, i) => first + i);
    return {
      offsets: Float64Array.from(indices, (i) => 5000 * i + (i % 2 ? 10_000 : 0)),
      sizes: Uint32Array.from(indices, () => 5000),
    };
  },
} as SampleTable;

const TIMELINE = {
  samples: Float64Array.of(0, 4, 8),
  decodeTimes: Float64Array.of(0, 40, 80),
  bytes: Float64Array.of(20_100, 20_100),
  headers: Float64Array.of(100, 100),
} as Timeline;

const EXTENTS = measureExtents(TABLE, TIMELINE);
const EXPECTED = { ...EXTENTS, timeline: TIMELINE };

function buildRun(first: number, time: number) {
  return { first, time, ...TABLE.readSamplesUncached(first, first + 4) };
}

Deno.test("measureExtents() rounds to multiples of 4096 bytes", () => {
  assertEquals(EXTENTS, {
    starts: Float64Array.of(0, 16_384),
    ends: Float64Array.of(32_768, 53_248),
  });
});

Deno.test("withSamples() adds the samples of a segment to missing pages, up to the end of the file", () => {
  const pages = new Pages(
    { ...memorySource(new Uint8Array(10)).source, synchronous: false },
    0,
    10,
  );
  const read = () => pages.require(0, 1);
  const samples = (expected: typeof EXPECTED, first: number) =>
    assertThrows(() => withSamples(expected, { first, size: 50_000 }, read), MissingPages).samples;
  assertEquals(samples(EXPECTED, 0), [[0, 32_768]]);
  assertEquals(samples(EXPECTED, 4), [[16_384, 50_000]]);
  assertEquals(samples({ ...EXPECTED, ends: Float64Array.of(2 ** 30, 2 ** 30) }, 4), [[
    16_384,
    50_000,
  ]]);
  const size = 2 ** 30;
  const far = { ...EXPECTED, ends: Float64Array.of(size, size) };
  const error = assertThrows(() => withSamples(far, { first: 4, size }, read), MissingPages);
  assertEquals(error.samples, []); // too far apart
});

Deno.test("withSamples() returns what is read, and throws other errors", () => {
  assertEquals(withSamples(EXPECTED, { first: 0, size: 1 }, () => 5), 5);
  const error = new Error("other");
  const fail = () => {
    throw error;
  };
  assertStrictEquals(assertThrows(() => withSamples(EXPECTED, { first: 0, size: 1 }, fail)), error);
});

Deno.test("checkExtents() accepts the samples of a segment", () => {
  checkExtents(EXPECTED, [buildRun(0, 0)], "a.mp4");
  checkExtents(EXPECTED, [buildRun(4, 40)], "a.mp4");
});

const mismatches: [what: string, expected: typeof EXPECTED][] = [
  ["another size", { ...EXPECTED, timeline: { ...TIMELINE, bytes: Float64Array.of(1, 20_101) } }],
  ["another time", {
    ...EXPECTED,
    timeline: { ...TIMELINE, decodeTimes: Float64Array.of(0, 41, 80) },
  }],
  ["a sample before its extent", { ...EXPECTED, starts: Float64Array.of(0, 20_480) }],
  ["a sample after its extent", { ...EXPECTED, ends: Float64Array.of(0, 45_056) }],
];

for (const [what, expected] of mismatches) {
  Deno.test(`checkExtents() refuses ${what}`, () => {
    const error = assertThrows(
      () => checkExtents(expected, [buildRun(4, 40)], "a.mp4"),
      IndexMismatchError,
      "a.mp4: Cannot find the samples of segment 2 in the file where the index of the package has them",
    );
    assertEquals(error.code, "PACKAGE_INVALID");
  });
}
