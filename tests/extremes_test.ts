import { assertEquals } from "@std/assert";
import { findMax, findMin } from "../lib/extremes.ts";

Deno.test("findMax() and findMin() return the extremes of values", () => {
  assertEquals([findMax([2, -1, 3]), findMin([2, -1, 3])], [3, -1]);
  assertEquals([findMax([]), findMin([])], [-Infinity, Infinity]);
  assertEquals([findMax([], 1), findMax([0], 1), findMax([2], 1)], [1, 1, 2]);
  assertEquals([findMax([1, NaN]), findMin([NaN, 1])], [NaN, NaN]);
});

Deno.test("findMax() and findMin() accept a million values", () => {
  const values = Array.from({ length: 1_000_000 }, (_, i) => i);
  assertEquals([findMax(values), findMin(values)], [999_999, 0]);
});
