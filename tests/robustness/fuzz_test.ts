/** Seeded cases of every kind, and the intact files of which they are made. */

import { FUZZED_FILES } from "./fuzz_kinds.ts";
import { fetchAll } from "./fetch_all.ts";
import { testFuzzCases } from "./fuzz_chunks.ts";

Deno.test("fetchAll() serves or rejects every intact file at proportional cost", async () => {
  for (const [name, file] of FUZZED_FILES) await fetchAll(name, file);
});

testFuzzCases(0, 10_000);
