import { assertEquals } from "@std/assert";
import {
  findUniformFields,
  IS_NON_SYNC,
  NON_SYNC_FLAGS,
  SYNC_FLAGS,
} from "../../../lib/mp4/samples/sample_table.ts";
import { SyncTable } from "../../../lib/mp4/samples/sync_table.ts";
import { buildTable } from "../../presentation/synthetic_track.ts";
import { assertRows } from "./sample_rows.ts";

const COUNT = 60;
const SYNCS = [0, 7, 8, 40, 59];
const TABLE = buildTable({ durations: 10, count: COUNT, sizes: Array(COUNT).fill(3), syncs: [5] });

function buildRows(isSync: (index: number) => boolean) {
  return Array.from({ length: COUNT }, (_, i) => ({
    duration: 10,
    size: 3,
    compositionOffset: 0,
    sync: isSync(i),
  }));
}

Deno.test("SyncTable has the sync samples that it is given, and all else of the table", () => {
  const table = new SyncTable(TABLE, Float64Array.from(SYNCS));
  assertRows(table, buildRows((i) => SYNCS.includes(i)));
  assertEquals(table.allSync, false);
  for (const [first, end] of [[0, COUNT], [6, 9], [9, 40], [41, 59], [9, 9]] as const) {
    for (const samples of [table.readSamples(first, end), table.scanSamples(first, end)]) {
      const syncs = [...samples.flags.keys()].filter((i) => !(samples.flags[i]! & IS_NON_SYNC));
      assertEquals(
        syncs.map((i) => first + i),
        SYNCS.filter((index) => index >= first && index < end),
      );
    }
  }
});

Deno.test("SyncTable.uniformFields() agrees with the flags of any range", () => {
  const table = new SyncTable(TABLE, Float64Array.from(SYNCS));
  for (let first = 0; first < COUNT; first++) {
    for (let end = first + 1; end <= COUNT; end++) {
      const { flags } = findUniformFields(table.readSamples(first, end));
      assertEquals(table.uniformFields(first, end).flags, flags, `${first} ${end}`);
    }
  }
});

Deno.test("SyncTable can have all or no sync samples", () => {
  const all = new SyncTable(TABLE);
  assertRows(all, buildRows(() => true));
  assertEquals([all.allSync, all.uniformFields(0, COUNT).flags], [true, "all"]);
  assertEquals(new Set(all.readSamples(0, COUNT).flags), new Set([SYNC_FLAGS]));
  assertEquals([all.findSyncAtOrAfter(COUNT + 1), all.findSyncAtOrBefore(COUNT)], [
    COUNT,
    COUNT - 1,
  ]);
  const none = new SyncTable(TABLE, Float64Array.of());
  assertRows(none, buildRows(() => false));
  assertEquals([none.allSync, none.uniformFields(0, COUNT).flags], [false, "all"]);
  assertEquals(new Set(none.readSamples(0, COUNT).flags), new Set([NON_SYNC_FLAGS]));
});
