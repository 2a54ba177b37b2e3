/** Seeded cases of damaged archives and of whole recordings, in a file of its own. */

import { testLiveFuzzCases } from "./live_fuzz_chunks.ts";
import { runLiveFuzzCase } from "./live_fuzz_kinds.ts";

testLiveFuzzCases("archive", 20_000);
testLiveFuzzCases("recording", 1000); // of what encoders push to what viewers get

for (const seed of [22835, 62019]) {
  Deno.test(`runLiveFuzzCase() receives a fragment at the start of a block again: seed ${seed}`, async () => {
    await runLiveFuzzCase("recording", seed);
  });
}
