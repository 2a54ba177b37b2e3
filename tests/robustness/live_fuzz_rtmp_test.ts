/** Seeded cases of what publishers send over RTMP, in a file of its own, which `deno test --parallel` runs on another core. */

import { testLiveFuzzCases } from "./live_fuzz_chunks.ts";

for (const kind of ["RTMP connection", "chunk streams", "AMF"]) testLiveFuzzCases(kind, 20_000);
