/** Seeded cases of tags of audio and video, in a file of its own, which `deno test --parallel` runs on another core. */

import { testLiveFuzzCases } from "./live_fuzz_chunks.ts";

testLiveFuzzCases("FLV tags", 20_000);
