/** Expected samples of a table. */

import { assertEquals } from "@std/assert";
import type { SampleTable } from "../../../lib/mp4/samples/sample_table.ts";

export interface SampleRow {
  readonly duration: number;
  readonly size: number;
  readonly compositionOffset: number;
  readonly sync: boolean;
}

/** Asserts that a table whose decode times start at 0 returns the values of each of its samples. */
export function assertRows(table: SampleTable, rows: readonly SampleRow[]): void {
  const count = rows.length;
  const syncs = rows.flatMap(({ sync }, i) => sync ? [i] : []);
  assertEquals(table.count, count);
  let time = 0;
  let bytes = 0;
  for (const [i, row] of rows.entries()) {
    assertEquals(table.decodeTime(i), time);
    assertEquals(table.indexAt(time), i);
    assertEquals(table.indexAt(time + row.duration - 1), i);
    assertEquals(table.compositionOffset(i), row.compositionOffset);
    assertEquals(table.bytes(0, i), bytes);
    assertEquals(table.bytes(i, count), table.bytes(0, count) - bytes);
    assertEquals(table.findSyncAtOrAfter(i), syncs.find((sync) => sync >= i) ?? count);
    assertEquals(table.findSyncAtOrBefore(i), syncs.findLast((sync) => sync <= i) ?? -1);
    time += row.duration;
    bytes += row.size;
  }
  assertEquals([table.decodeTime(count), table.bytes(0, count)], [time, bytes]);
}
