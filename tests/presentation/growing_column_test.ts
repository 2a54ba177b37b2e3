import { assertEquals, assertStrictEquals } from "@std/assert";
import { GrowingColumn } from "../../lib/presentation/growing_column.ts";

Deno.test("GrowingColumn.view() does not change while values are appended", () => {
  const column = new GrowingColumn();
  const views: Float64Array[] = [];
  for (let i = 0; i < 100; i++) {
    views.push(column.view(i));
    column.push(i);
  }
  for (const [i, view] of views.entries()) {
    assertEquals([...view], Array.from({ length: i }, (_, j) => j));
  }
});

Deno.test("GrowingColumn.view() copies only when the column is full", () => {
  const column = new GrowingColumn();
  const buffers = new Set<ArrayBufferLike>();
  for (let i = 0; i < 1000; i++) {
    column.push(i);
    buffers.add(column.view(i).buffer);
  }
  assertEquals(buffers.size, 7); // 16, 32 … 1024
  assertStrictEquals(column.view(1).buffer, column.view(2).buffer);
});

Deno.test("GrowingColumn.copy() has the values only", () => {
  const column = new GrowingColumn();
  for (const value of [1, 2, 3]) column.push(value);
  column.pop();
  assertEquals([column.copy().buffer.byteLength, column.length, column.at(1)], [16, 2, 2]);
});
