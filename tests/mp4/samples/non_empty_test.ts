import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader } from "../../../lib/bytes.ts";
import { MediaError } from "../../../lib/errors.ts";
import { NonEmptyTable } from "../../../lib/mp4/samples/non_empty.ts";
import { FragmentedTable } from "../../../lib/mp4/samples/fragmented.ts";
import type { SampleTable } from "../../../lib/mp4/samples/sample_table.ts";
import { NON_SYNC_FLAGS, SYNC_FLAGS } from "../../../lib/mp4/samples/sample_table.ts";
import { createSampleTable, readStbl, type StblBoxes } from "../../../lib/mp4/samples/stbl.ts";
import { TRUN_COLUMNS } from "../../../lib/mp4/trun.ts";
import { readMovie } from "../../../lib/mp4/read_movie.ts";
import { buildTable } from "../../presentation/synthetic_track.ts";
import { readTestdata } from "../../test_files.ts";
import { concat, fullBox, memorySource, stbl, table, u32 } from "../movie_file.ts";
import { assertRows, type SampleRow } from "./sample_rows.ts";

/** Empty samples between others, as a sync sample, and at the end. */
const ALL: readonly SampleRow[] = Array.from({ length: 700 }, (_, i) => ({
  size: i % 10 === 7 || i === 100 || i > 695 ? 0 : 1 + i % 90,
  duration: 90 + i % 3,
  compositionOffset: 10 * (i % 4),
  sync: i % 25 === 0,
}));

/** The rows that are left: each lasts to the next one. */
function getExpected(): SampleRow[] {
  const rows: SampleRow[] = [];
  for (const row of ALL) {
    const last = rows.at(-1);
    if (row.size > 0) rows.push(row);
    else rows[rows.length - 1] = { ...last!, duration: last!.duration + row.duration };
  }
  return rows;
}

function progressive(handler = "vide"): SampleTable {
  const boxes: StblBoxes = { entries: [] };
  const tables = stbl({
    stsz: fullBox("stsz", 0, 0, u32(0, ALL.length), u32(...ALL.map(({ size }) => size))),
    stts: table("stts", ...ALL.map(({ duration }) => [1, duration])),
    ctts: table("ctts", ...ALL.map(({ compositionOffset }) => [1, compositionOffset])),
    stss: table("stss", ...ALL.flatMap(({ sync }, i) => sync ? [[i + 1]] : [])),
    stsc: table("stsc", [1, ALL.length, 1]),
    stco: table("stco", [500]),
  });
  readStbl(new ByteReader(concat(tables)), handler, boxes);
  return createSampleTable(boxes, 1, { size: 1e6, name: "film.mp4", warnings: [] });
}

function fragmented(): SampleTable {
  const table = new FragmentedTable({ omitsEmpty: true });
  const rows = ALL.map(({ duration, size, sync, compositionOffset }) => [
    ...[duration, size, sync ? SYNC_FLAGS : NON_SYNC_FLAGS, compositionOffset],
  ]);
  const trun = { count: ALL.length, dataOffset: 0, firstFlags: undefined, columns: TRUN_COLUMNS };
  table.append(
    { ...trun, rows: u32(...rows.flat()) },
    { offset: 500, description: 0, duration: 0, size: 0, flags: 0 },
  );
  return table;
}

for (const [name, build] of [["progressive", progressive], ["fragmented", fragmented]] as const) {
  Deno.test(`empty samples of a ${name} table are left out, and the sample before lasts longer`, () => {
    const rows = getExpected();
    const table = build();
    assertRows(table, rows);
    const offsets = rows.map((_, i) => 500 + rows.slice(0, i).reduce((sum, r) => sum + r.size, 0));
    for (const [first, end] of [[0, rows.length], [3, 60], [5, 6], [9, 9]] as const) {
      const samples = table.readSamples(first, end);
      assertEquals([...samples.sizes], rows.slice(first, end).map(({ size }) => size));
      assertEquals([...samples.durations], rows.slice(first, end).map((row) => row.duration));
      assertEquals([...samples.offsets], offsets.slice(first, end));
      assertEquals(
        [...samples.flags].map((flags) => flags === SYNC_FLAGS),
        rows.slice(first, end).map(({ sync }) => sync),
      );
      assertEquals(table.scanSamples(first, end).durations, samples.durations);
    }
    assertEquals([table.description(5), table.descriptionEnd(5)], [0, rows.length]);
    assertEquals(
      [...table.bytesBetween(Float64Array.of(0, 10, rows.length))],
      [table.bytes(0, 10), table.bytes(10, rows.length)],
    );
    assertEquals(table.uniformFields(0, rows.length).durations, false);
  });
}

Deno.test("NonEmptyTable starts later without its first samples", () => {
  const table = new NonEmptyTable(progressive("text"), Float64Array.of(0, 1, 4));
  assertEquals([0, 1, 2, 3].map((i) => table.decodeTime(i)), [181, 273, 454, 546]);
  assertEquals([180, 181, 453, 454].map((time) => table.indexAt(time)), [-1, 0, 1, 2]);
  assertEquals([table.findSyncAtOrBefore(5), table.findSyncAtOrAfter(0)], [-1, 22]);
});

Deno.test("NonEmptyTable.uniformFields() reads no samples where none is empty", () => {
  const track = buildTable({ durations: 10, count: 9 });
  const read: number[] = [];
  const scanSamples = (first: number, end: number) => {
    read.push(first, end);
    return track.scanSamples(first, end);
  };
  const table = new NonEmptyTable({ ...track, scanSamples }, Float64Array.of(4));
  const uniform = { durations: true, offsets: true, flags: "all" } as const;
  assertEquals([table.uniformFields(0, 3), table.uniformFields(4, 8)], [uniform, uniform]);
  assertEquals(read, []);
  assertEquals(table.uniformFields(0, 4), { ...uniform, durations: false });
  assertEquals(read, [0, 5]);
});

Deno.test("createSampleTable() retains the empty samples of subtitles", () => {
  assertEquals(progressive("text").count, ALL.length);
});

Deno.test("NonEmptyTable rejects a sample that lasts too long with the empty ones after it", () => {
  const table = new FragmentedTable();
  const implicit = { offset: 0, description: 0, duration: 2 ** 31, size: 1, flags: SYNC_FLAGS };
  const trun = { count: 3, dataOffset: 0, firstFlags: undefined, columns: 0, rows: u32() };
  table.append(trun, implicit);
  assertThrows(
    () => new NonEmptyTable(table, Float64Array.of(1)).readSamples(0, 2),
    MediaError,
    "Cannot read a sample of 4294967296 ticks",
  );
});

Deno.test("readMovie() leaves out an empty sample of a file", async () => {
  const { source } = memorySource(readTestdata("test-avc-emptysample.mp4"));
  const { tracks: [track] } = await readMovie(source);
  const { sizes, durations } = track!.samples.readSamples(0, track!.samples.count);
  assertEquals([sizes.length, sizes.includes(0)], [150, false]);
  assertEquals([...durations.subarray(78, 82)], [512, 1024, 512, 512]);
});
