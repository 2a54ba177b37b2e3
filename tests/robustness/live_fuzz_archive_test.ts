/** Seeded cases of damaged archives and of whole recordings, in a file of its own. */

import { testLiveFuzzCases } from "./live_fuzz_chunks.ts";

testLiveFuzzCases("archive", 20_000);
testLiveFuzzCases("recording", 1000); // of what encoders push to what viewers get
