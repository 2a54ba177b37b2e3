import { assert, assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import type { Trun } from "../../../lib/mp4/trun.ts";
import { FragmentedTable } from "../../../lib/mp4/samples/fragmented.ts";
import { NON_SYNC_FLAGS, type Samples, SYNC_FLAGS } from "../../../lib/mp4/samples/sample_table.ts";
import { u32 } from "../movie_file.ts";

/** trun of two samples without rows. */
const TRUN: Trun = {
  count: 2,
  dataOffset: undefined,
  firstFlags: undefined,
  columns: 0,
  rows: u32(),
};

const IMPLICIT = { offset: 0, description: 0, duration: 100, size: 10, flags: NON_SYNC_FLAGS };

Deno.test("FragmentedTable.append() uses the flags of trun for the first sample", () => {
  const table = new FragmentedTable();
  table.append({ ...TRUN, firstFlags: SYNC_FLAGS }, IMPLICIT);
  assertEquals([...table.readSamples(0, 2).flags], [SYNC_FLAGS, NON_SYNC_FLAGS]);
});

const singleColumns: [name: string, columns: number, field: keyof Samples, values: number[]][] = [
  ["durations", 0x100, "durations", [7, 8]],
  ["sizes", 0x200, "sizes", [7, 8]],
  ["flags", 0x400, "flags", [SYNC_FLAGS, NON_SYNC_FLAGS]],
  ["composition offsets", 0x800, "compositionOffsets", [7, 8]],
];

for (const [name, columns, field, values] of singleColumns) {
  Deno.test(`FragmentedTable.append() reads rows of ${name} alone`, () => {
    const table = new FragmentedTable();
    table.append({ ...TRUN, columns, rows: u32(...values) }, IMPLICIT);
    assertEquals([...table.readSamples(0, 2)[field] as Iterable<number>], values);
  });
}

Deno.test("FragmentedTable.setNextTime() adjusts the last duration", () => {
  const table = new FragmentedTable({ time: 5000 });
  table.append(TRUN, IMPLICIT);
  table.setNextTime(5300);
  assertEquals([...table.readSamples(0, 2).durations], [100, 200]);
  assertEquals(table.decodeTime(2), 5300);
});

for (const time of [99, 100 + 2 ** 32]) {
  Deno.test(`FragmentedTable.setNextTime() rejects ${time} after a sample at 100`, () => {
    const table = new FragmentedTable();
    table.append(TRUN, IMPLICIT);
    assertThrows(() => table.setNextTime(time), MediaError, `Cannot read decode time ${time}`);
  });
}

Deno.test("FragmentedTable stores one number for a million equal samples", () => {
  const table = new FragmentedTable();
  const implicit = { offset: 0, description: 0, duration: 1024, size: 4, flags: SYNC_FLAGS };
  table.append({ ...TRUN, count: 1_000_000 }, implicit);
  assert(table.allSync);
  assertEquals([table.findSyncAtOrAfter(5), table.findSyncAtOrBefore(5)], [5, 5]);
  assertEquals(table.bytes(10, 999_999), 4 * 999_989);
  assertEquals(table.decodeTime(999_999), 1024 * 999_999);
});

Deno.test("FragmentedTable without samples returns -1 and 0", () => {
  const table = new FragmentedTable();
  assertEquals([
    table.count,
    table.indexAt(0),
    table.findSyncAtOrAfter(0),
    table.findSyncAtOrBefore(0),
  ], [
    0,
    -1,
    0,
    -1,
  ]);
  assertEquals([table.decodeTime(0), table.bytes(0, 0), table.readSamples(0, 0).sizes.length], [
    0,
    0,
    0,
  ]);
});
