/** The second half of the seeded cases, in a file of its own, which `deno test --parallel` runs on another core. */

import { testFuzzCases } from "./fuzz_chunks.ts";

testFuzzCases(10_000, 20_000);
