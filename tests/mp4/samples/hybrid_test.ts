import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import type { Trun } from "../../../lib/mp4/trun.ts";
import { FragmentedTable } from "../../../lib/mp4/samples/fragmented.ts";
import { HybridTable } from "../../../lib/mp4/samples/hybrid.ts";
import {
  NON_SYNC_FLAGS,
  type SampleTable,
  SYNC_FLAGS,
} from "../../../lib/mp4/samples/sample_table.ts";
import { u32 } from "../movie_file.ts";
import { assertRows, type SampleRow } from "./sample_rows.ts";

/** Samples for several runs of the table, with a sync sample every 40. */
const ROWS: SampleRow[] = Array.from({ length: 1000 }, (_, i) => ({
  duration: 90 + (i % 3),
  size: (i * 31) % 97,
  sync: i % 40 === 20,
  compositionOffset: (i % 5) * 10 - 10,
}));

const toFlags = ({ sync }: SampleRow) => sync ? SYNC_FLAGS : NON_SYNC_FLAGS;

function buildTrun(rows: SampleRow[]): Trun {
  const numbers = rows.flatMap((row) => {
    const { duration, size, compositionOffset } = row;
    return [duration, size, toFlags(row), compositionOffset];
  });
  return {
    count: rows.length,
    dataOffset: undefined,
    firstFlags: undefined,
    columns: 0xf00,
    rows: u32(...numbers),
  };
}

/** Builds a table of the rows `[first, end)` with data at `offset`. */
function fragmentedTable(
  first: number,
  end: number,
  offset: number,
  time: number,
): FragmentedTable {
  const table = new FragmentedTable({ time });
  const implicit = { offset, description: 0, duration: 0, size: 0, flags: 0 };
  table.append(buildTrun(ROWS.slice(first, end)), implicit);
  return table;
}

const sum = (rows: SampleRow[], key: "duration" | "size") =>
  rows.reduce((total, row) => total + row[key], 0);

function hybridTable(): HybridTable {
  const time = sum(ROWS.slice(0, 300), "duration");
  const bytes = sum(ROWS.slice(0, 300), "size");
  return new HybridTable(
    fragmentedTable(0, 300, 7, 0),
    fragmentedTable(300, 1000, 7 + bytes, time),
  );
}

const TABLES: [name: string, table: () => SampleTable][] = [
  ["FragmentedTable", () => fragmentedTable(0, 1000, 7, 0)],
  ["HybridTable", hybridTable],
];

for (const [name, make] of TABLES) {
  Deno.test(`${name} returns the values of every sample`, () => {
    const table = make();
    assertRows(table, ROWS);
    assertEquals(table.allSync, false);
    assertEquals(table.minCompositionOffset, -10);
    assertEquals([table.indexAt(-1), table.indexAt(1e9)], [-1, 999]);
    assertEquals([table.description(999), table.descriptionEnd(0)], [0, 1000]);
  });

  Deno.test(`${name} reads any range of samples`, () => {
    const table = make();
    for (const [first, end] of [[0, 1000], [255, 257], [299, 301], [0, 300], [300, 999], [9, 9]]) {
      const samples = table.readSamples(first!, end!);
      const rows = ROWS.slice(first, end);
      assertEquals([...samples.sizes], rows.map(({ size }) => size));
      assertEquals([...samples.durations], rows.map(({ duration }) => duration));
      assertEquals([...samples.flags], rows.map(toFlags));
      assertEquals([...samples.compositionOffsets], rows.map((row) => row.compositionOffset));
      const offset = (_: unknown, i: number) => 7 + sum(ROWS.slice(0, first! + i), "size");
      assertEquals([...samples.offsets], rows.map(offset));
    }
  });
}

Deno.test("HybridTable extends the last sample of moov to the first fragment", () => {
  const table = new HybridTable(fragmentedTable(0, 2, 0, 0), fragmentedTable(2, 4, 0, 1000));
  assertEquals([...table.readSamples(0, 4).durations], [90, 910, 92, 90]);
  assertEquals([...table.readSamples(1, 2).durations], [910]);
  assertEquals([...table.readSamples(0, 1).durations], [90]);
  assertEquals([table.decodeTime(1), table.decodeTime(2)], [90, 1000]);
  assertEquals([table.indexAt(999), table.indexAt(1000)], [1, 2]);
});

Deno.test("HybridTable finds a sync sample at the end of moov", () => {
  const time = sum(ROWS.slice(0, 301), "duration");
  const table = new HybridTable(
    fragmentedTable(0, 301, 0, 0),
    fragmentedTable(301, 1000, 0, time),
  );
  assertEquals([300, 301, 339].map((i) => table.findSyncAtOrBefore(i)), [300, 300, 300]);
  assertEquals([300, 301].map((i) => table.findSyncAtOrAfter(i)), [300, 340]);
});

Deno.test("HybridTable distinguishes descriptions of moov and of fragments", () => {
  const fragments = new FragmentedTable();
  const implicit = { offset: 0, description: 1, duration: 1, size: 1, flags: SYNC_FLAGS };
  fragments.append(buildTrun(ROWS.slice(0, 2)), implicit);
  fragments.append(buildTrun(ROWS.slice(2, 4)), { ...implicit, description: 0 });
  const table = new HybridTable(fragmentedTable(0, 3, 0, 0), fragments);
  assertEquals([0, 3, 5].map((i) => table.description(i)), [0, 1, 0]);
  assertEquals([0, 3, 5].map((i) => table.descriptionEnd(i)), [3, 5, 7]);
});

Deno.test("HybridTable rejects fragments that start too late", () => {
  const late = fragmentedTable(3, 5, 0, 2 ** 32 + 181); // the last sample of moov starts at 181
  assertThrows(
    () => new HybridTable(fragmentedTable(0, 3, 0, 0), late),
    MediaError,
    "Cannot read decode time 4294967477, expected less than 4294967477",
  );
});
