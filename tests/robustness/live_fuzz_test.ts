/** Seeded cases of the parsers of live channels; `deno task fuzz COUNT SEED live` runs any number of them. */

import { testLiveFuzzCases } from "./live_fuzz_chunks.ts";

for (
  const kind of [
    ...["requests", "live manifest", "timing boxes", "channel file", "block.json", "index"],
  ]
) {
  testLiveFuzzCases(kind, 20_000);
}
