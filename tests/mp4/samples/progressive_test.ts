import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader } from "../../../lib/bytes.ts";
import { MediaError } from "../../../lib/errors.ts";
import type { SampleTable } from "../../../lib/mp4/samples/sample_table.ts";
import { createSampleTable, readStbl, type StblBoxes } from "../../../lib/mp4/samples/stbl.ts";
import { concat, fullBox, type Part, stbl, table, u32 } from "../movie_file.ts";
import { assertRows } from "./sample_rows.ts";

function read(tables: Record<string, Part>, size = 1e9): SampleTable {
  const boxes: StblBoxes = { entries: [] };
  readStbl(new ByteReader(concat(stbl(tables))), "vide", boxes);
  return createSampleTable(boxes, 1, { size, name: "film.mp4", warnings: [] });
}

/** Samples of a long track: three per chunk, a sync sample every 50, repeating offsets. */
const ROWS = Array.from({ length: 2000 }, (_, i) => ({
  size: (i * 37) % 251,
  duration: 90 + (i % 7),
  compositionOffset: (i % 3) * 40,
  sync: i % 50 === 0,
}));

function longTrack(): SampleTable {
  const chunks = Array.from({ length: Math.ceil(ROWS.length / 3) }, (_, i) => i);
  const entries = ROWS.flatMap(({ sync }, i) => sync ? [[i + 1]] : []);
  return read({
    stsz: fullBox("stsz", 0, 0, u32(0, ROWS.length), u32(...ROWS.map(({ size }) => size))),
    stts: table("stts", ...ROWS.map(({ duration }) => [1, duration])),
    ctts: table("ctts", ...ROWS.map(({ compositionOffset }) => [1, compositionOffset])),
    stss: table("stss", ...entries),
    stsc: table("stsc", ...chunks.filter((i) => i % 2 === 0).map((i) => [i + 1, 3, 1])),
    stco: table("stco", ...chunks.map((i) => [1000 * i])),
  });
}

Deno.test("ProgressiveTable returns the values of every sample of a long track", () => {
  assertRows(longTrack(), ROWS);
});

Deno.test("ProgressiveTable reads any range of samples", () => {
  const samples = longTrack();
  const all = samples.readSamples(0, samples.count);
  assertEquals([...all.sizes], ROWS.map(({ size }) => size));
  assertEquals([...all.durations], ROWS.map(({ duration }) => duration));
  assertEquals([...all.compositionOffsets], ROWS.map((row) => row.compositionOffset));
  assertEquals(all.offsets[4], 1000 + ROWS[3]!.size);
  for (const [first, end] of [[0, 1], [63, 65], [100, 100], [999, 1700], [1998, 2000]] as const) {
    const some = samples.readSamples(first, end);
    for (
      const column of ["offsets", "sizes", "durations", "compositionOffsets", "flags"] as const
    ) {
      assertEquals(some[column], all[column].slice(first, end) as never, column);
    }
  }
});

const OFFSETS: [what: string, rows: number[][] | undefined, all: number[], least: number][] = [
  ["no ctts", undefined, [0, 0, 0, 0], 0],
  ["zeros", [[4, 0]], [0, 0, 0, 0], 0],
  ["unsigned offsets", [[2, 80], [2, 40]], [80, 80, 40, 40], 0],
  ["negative offsets", [[1, 0], [3, -40]], [0, -40, -40, -40], -40],
  ["a table that is too short", [[1, 80]], [80, 0, 0, 0], 0],
  ["empty runs", [[0, -7], [1, 0], [0, 9], [3, 0]], [0, 0, 0, 0], 0],
];

for (const [what, rows, all, least] of OFFSETS) {
  Deno.test(`ProgressiveTable reads composition offsets: ${what}`, () => {
    const samples = read(rows ? { ctts: table("ctts", ...rows) } : {});
    assertEquals([...samples.readSamples(0, 4).compositionOffsets], all);
    assertEquals([0, 1, 2, 3].map((i) => samples.compositionOffset(i)), all);
    assertEquals(samples.minCompositionOffset, least);
  });
}

Deno.test("ProgressiveTable.scanSamples() overwrites all columns of an earlier scan of as many samples", () => {
  const samples = read({ ctts: table("ctts", [2, 80]) });
  const first = samples.scanSamples(0, 2);
  assertEquals(samples.scanSamples(2, 4, first), samples.scanSamples(2, 4));
  assertEquals([...first.compositionOffsets], [0, 0]);
  assertEquals(samples.scanSamples(1, 4, first), samples.scanSamples(1, 4));
});

Deno.test("ProgressiveTable.indexAt() returns the last of several samples with equal times", () => {
  const samples = read({ stts: table("stts", [1, 100], [2, 0], [0, 5], [1, 100]) });
  assertEquals([-1, 0, 99, 100, 199, 200, 1e9].map((t) => samples.indexAt(t)), [
    ...[-1, 0, 0, 3, 3, 3, 3],
  ]);
});

Deno.test("ProgressiveTable.indexAt() skips a last run of duration 0", () => {
  const samples = read({ stts: table("stts", [3, 100], [1, 0]) });
  assertEquals([299, 300].map((t) => samples.indexAt(t)), [2, 3]);
});

Deno.test("ProgressiveTable has only sync samples without stss", () => {
  const samples = read({});
  assertEquals([samples.allSync, samples.findSyncAtOrAfter(2), samples.findSyncAtOrBefore(2)], [
    true,
    2,
    2,
  ]);
  assertEquals([samples.findSyncAtOrAfter(9), samples.findSyncAtOrBefore(9)], [4, 3]);
});

Deno.test("ProgressiveTable has no sync samples with an empty stss", () => {
  const samples = read({ stss: table("stss") });
  assertEquals([samples.allSync, samples.findSyncAtOrAfter(0), samples.findSyncAtOrBefore(3)], [
    false,
    4,
    -1,
  ]);
});

Deno.test("ProgressiveTable.allSync is true if stss lists every sample", () => {
  assertEquals(read({ stss: table("stss", [1], [2], [3], [4]) }).allSync, true);
});

Deno.test("ProgressiveTable.readSamples() rejects a chunk past the end of the file", () => {
  const samples = read({
    stsc: table("stsc", [1, 2, 1]),
    stco: table("stco", [990], [0]),
  }, 1000);
  const message = "film.mp4: moov/trak/mdia/minf/stbl/stco: Cannot read chunk 1 up to byte 1020";
  assertThrows(() => samples.readSamples(0, 4), MediaError, message);
  assertEquals([...samples.readSamples(2, 4).offsets], [0, 30]);
});
