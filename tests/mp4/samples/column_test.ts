import { assertEquals } from "@std/assert";
import { Column } from "../../../lib/mp4/samples/column.ts";

function build(values: readonly number[]): Column<Int32Array<ArrayBuffer>> {
  const column = new Column(Int32Array);
  for (const value of values) column.push(value);
  return column;
}

const COLUMNS: [what: string, values: number[], isConstant: boolean][] = [
  ["equal values", Array(1000).fill(-5), true],
  ["different values", Array.from({ length: 1000 }, (_, i) => i % 7 - 3), false],
  ["a change at the end", [...Array(999).fill(4), 5], false],
];

for (const [what, values, isConstant] of COLUMNS) {
  Deno.test(`Column stores ${what}`, () => {
    const column = build(values);
    assertEquals([column.length, column.isConstant], [1000, isConstant]);
    assertEquals(values.map((_, i) => column.at(i)), values);
    const some = new Int32Array(100);
    column.fill(850, some);
    assertEquals([...some], values.slice(850, 950));
    assertEquals(column.sum(10, 1000), values.slice(10).reduce((sum, value) => sum + value, 0));
    assertEquals(column.isUniform(0, 999), what !== "different values");
    assertEquals(column.isUniform(0, 1000), isConstant);
  });
}

Deno.test("Column.set() changes one value", () => {
  const column = build([4, 4, 4]);
  column.set(1, 4);
  assertEquals(column.isConstant, true);
  column.set(1, 9);
  assertEquals([0, 1, 2].map((i) => column.at(i)), [4, 9, 4]);
});
