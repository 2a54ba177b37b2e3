import { assertEquals } from "@std/assert";
import { addCount, createIngestCounts } from "../../lib/live/ingest_counts.ts";

Deno.test("addCount() counts keys as they appear", () => {
  const counts = createIngestCounts();
  addCount(counts.periods, "init");
  addCount(counts.periods, "init");
  addCount(counts.fragments, "stored");
  assertEquals(counts.periods, { init: 2 });
  assertEquals(counts.fragments, { stored: 1, repeated: 0, late: 0, refused: 0 });
});

Deno.test("createIngestCounts() makes values that another thread can receive", () => {
  const counts = createIngestCounts();
  assertEquals(structuredClone(counts), counts);
});
