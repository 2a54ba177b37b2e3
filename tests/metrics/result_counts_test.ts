import { assertEquals } from "@std/assert";
import { ResultCounts, type TokenResult } from "../../lib/metrics/result_counts.ts";

Deno.test("ResultCounts.take() returns what was counted since the last call", () => {
  const counts = new ResultCounts<TokenResult>();
  counts.add("expired");
  counts.add("accepted");
  counts.add("expired");
  assertEquals(counts.take(), { expired: 2, accepted: 1 });
  assertEquals(counts.take(), {});
});
