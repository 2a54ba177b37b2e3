import { assertEquals } from "@std/assert";
import { Cache } from "../lib/cache.ts";

Deno.test("Cache evicts the entry that was not used", () => {
  const dropped: string[] = [];
  const cache = new Cache<string>(10, (value) => dropped.push(value));
  cache.set("a", "A", 4);
  cache.set("b", "B", 4);
  assertEquals(cache.get("a"), "A");
  cache.set("c", "C", 4);
  assertEquals([dropped, cache.size, cache.get("b")], [["B"], 8, undefined]);
});

Deno.test("Cache holds a single entry larger than its capacity", () => {
  const dropped: string[] = [];
  const cache = new Cache<string>(10, (value) => dropped.push(value));
  cache.set("a", "A", 4);
  cache.set("b", "B", 40);
  assertEquals([dropped, cache.get("b"), cache.size], [["A"], "B", 40]);
  cache.set("c", "C", 1);
  assertEquals([dropped, cache.count, cache.size], [["A", "B"], 1, 1]);
});

Deno.test("Cache drops a replaced value, but not one that grew", () => {
  const dropped: string[] = [];
  const cache = new Cache<string>(10, (value) => dropped.push(value));
  cache.set("a", "A", 1);
  cache.set("a", "A", 3);
  assertEquals([dropped, cache.size], [[], 3]);
  cache.set("a", "B", 2);
  assertEquals([dropped, cache.size], [["A"], 2]);
});

Deno.test("Cache drops deleted values, and all when cleared", () => {
  const dropped: string[] = [];
  const cache = new Cache<string>(10, (value) => dropped.push(value));
  for (const key of ["a", "b", "c"]) cache.set(key, key, 1);
  cache.delete("b");
  cache.delete("never");
  cache.clear();
  assertEquals([dropped, cache.size, cache.count], [["b", "a", "c"], 0, 0]);
});
