import { assertEquals } from "@std/assert";
import { binarySearchLessOrEqual } from "../lib/binary_search.ts";

const cases: [list: number[], value: number, expected: number][] = [
  [[], 1, -1],
  [[0, 10, 20], -1, -1],
  [[0, 10, 20], 0, 0],
  [[0, 10, 20], 9.5, 0],
  [[0, 10, 20], 10, 1],
  [[0, 10, 20], 1e9, 2],
  [[0, 10, 10, 20], 10, 2],
];

for (const [list, value, expected] of cases) {
  Deno.test(`binarySearchLessOrEqual() finds ${value} in [${list}] at ${expected}`, () => {
    assertEquals(binarySearchLessOrEqual(list, value), expected);
    assertEquals(binarySearchLessOrEqual(Float64Array.from(list), value), expected);
  });
}
