/** Seeded cases of pushed media, in a file of its own, which `deno test --parallel` runs on another core. */

import { testLiveFuzzCases } from "./live_fuzz_chunks.ts";

testLiveFuzzCases("pushed media", 20_000);
