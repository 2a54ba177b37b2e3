/** Seeded cases of manifests that encoders push, in a file of its own, which `deno test --parallel` runs on another core. */

import { testLiveFuzzCases } from "./live_fuzz_chunks.ts";

for (const kind of ["pushed MPD", "pushed playlist"]) testLiveFuzzCases(kind, 20_000);
