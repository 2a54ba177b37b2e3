import { assert, assertEquals } from "@std/assert";
import {
  arePoints,
  getPoint,
  restorePoints,
  serializePoints,
  splitPoints,
} from "../../lib/package/stored_points.ts";
import { buildPoints } from "./sample_indexes.ts";

Deno.test("getPoint() spreads points from the first to the last sample", () => {
  const samples = { first: 10, end: 1011 };
  assertEquals(getPoint(0, samples), { index: 10, end: 18 });
  assertEquals(getPoint(7, samples), { index: 476, end: 484 });
  assertEquals(getPoint(15, samples), { index: 1010, end: 1011 });
});

for (const [first, end] of [[0, 9000], [5, 100], [0, 3], [7, 8]] as const) {
  Deno.test(`restorePoints() returns what serializePoints() was given of the samples ${first} to ${end}`, () => {
    const points = buildPoints(first, end);
    const serialized = serializePoints(points, { first, end })!;
    assert(arePoints(serialized));
    assertEquals(restorePoints(serialized, { first, end }), points);
    const split = splitPoints(points, { first, end })!;
    assertEquals(split.length, 16);
    assertEquals(split[0]!.media.offset, 2 ** 33 + 100 * first);
    assertEquals(split[0]!.media.bytes.length, serialized.sizes[0]);
  });
}

const SAMPLES = { first: 0, end: 500 };
const POINTS = buildPoints(0, 500);

Deno.test("splitPoints() and serializePoints() return undefined for points of other samples", () => {
  const others = [
    POINTS.subarray(1),
    POINTS.subarray(0, -1),
    new Uint8Array([...POINTS, 0]),
    new Uint8Array(),
  ];
  for (const points of others) {
    assertEquals(splitPoints(points, SAMPLES), undefined);
    assertEquals(serializePoints(points, SAMPLES), undefined);
  }
  for (const samples of [{ first: 0, end: 4 }, { first: 0, end: 0 }, { first: 9, end: NaN }]) {
    assertEquals(serializePoints(POINTS, samples), undefined);
  }
});

Deno.test("restorePoints() returns undefined for columns of other samples", () => {
  const serialized = serializePoints(POINTS, SAMPLES)!;
  const { gaps, media } = serialized;
  const wrong = [
    { ...serialized, media: media.subarray(1) },
    { ...serialized, media: new Uint8Array([...media, 0]) },
    { ...serialized, gaps: Array.from(gaps).slice(1) },
    { ...serialized, gaps: [...Array.from(gaps), 1] },
    { ...serialized, gaps: Array.from(gaps, (gap) => gap - 2 ** 34) },
    { ...serialized, gaps: Array.from(gaps, (gap) => gap + 0.5) },
    { ...serialized, gaps: Array.from(gaps, () => 2 ** 52) },
  ];
  for (const points of wrong) assertEquals(restorePoints(points, SAMPLES), undefined);
  assertEquals(restorePoints(serialized, { first: 0, end: 4 }), undefined);
  assertEquals(restorePoints(serialized, { first: 0, end: 0 }), undefined);
});

Deno.test("arePoints() returns false for columns that no rows have", () => {
  const { media: _, ...columns } = serializePoints(POINTS, SAMPLES)!;
  const change = (name: keyof typeof columns, value: number) =>
    arePoints({ ...columns, [name]: Array.from(columns[name]).with(3, value) });
  for (const name of ["sizes", "durations", "flags"] as const) {
    assertEquals([0, 2 ** 32 - 1].map((value) => change(name, value)), [true, true]);
    assertEquals([-1, 0.5, 2 ** 32, NaN].map((value) => change(name, value)), Array(4).fill(false));
  }
  assertEquals([-(2 ** 31), 2 ** 31 - 1].map((value) => change("shifts", value)), [true, true]);
  assertEquals([-(2 ** 31) - 1, 2 ** 31].map((value) => change("shifts", value)), [false, false]);
  assertEquals(arePoints({ ...columns, flags: [1] }), false);
});
