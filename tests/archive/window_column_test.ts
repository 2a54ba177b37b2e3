import { assert, assertEquals } from "@std/assert";
import { WindowColumn } from "../../lib/archive/window_column.ts";

Deno.test("WindowColumn has the values that were appended and not dropped, in views that never change", () => {
  const column = new WindowColumn((length) => new Float64Array(length));
  const views: [Float64Array, number[]][] = [];
  const expected: number[] = [];
  for (let i = 0; i < 2000; i++) {
    column.push(i);
    expected.push(i);
    if (i % 70 === 0) {
      column.replaceLast(-i);
      expected[expected.length - 1] = -i;
    }
    if (i % 3 === 0 && expected.length > 100) {
      column.drop(2);
      expected.splice(0, 2);
    }
    if (i % 50 === 0) views.push([column.view(), [...expected]]);
    assertEquals([column.length, column.at(0)], [expected.length, expected[0]!]);
  }
  for (const [view, values] of views) assertEquals([...view], values);
});

Deno.test("WindowColumn needs memory in proportion to its values", () => {
  const column = new WindowColumn((length) => new Float64Array(length));
  for (let i = 0; i < 100_000; i++) {
    column.push(i);
    if (column.length > 1000) column.drop(1);
  }
  assert(column.residentBytes <= 1.25 * 8 * 1001 + 8);
});
