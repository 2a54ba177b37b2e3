import { assertEquals } from "@std/assert";
import { LookupCounts } from "../../lib/metrics/lookup_counts.ts";

Deno.test("LookupCounts.take() returns what was counted since the last call", () => {
  const counts = new LookupCounts();
  counts.add(true);
  counts.add(false);
  counts.add(true);
  assertEquals(counts.take(), { hits: 2, misses: 1 });
  assertEquals(counts.take(), { hits: 0, misses: 0 });
});
