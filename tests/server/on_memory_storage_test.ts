/** The tests of this directory a second time, on a storage in memory whose calls are asynchronous. */

import { useMemoryStorage } from "./fixture.ts";

const EXCLUDED = new Set([
  "on_memory_storage_test.ts",
  "linear_time_test.ts", // needs synchronous responses
  "permission_denied_test.ts", // needs local files
  "slow_storage_test.ts", // the same
  "exchanged_file_test.ts", // the same
  "shared_sources_test.ts", // the same
  "storage_gone_test.ts", // the same
]);

useMemoryStorage();

for (const { name } of Deno.readDirSync(new URL(".", import.meta.url))) {
  if (name.endsWith("_test.ts") && !EXCLUDED.has(name)) await import(`./${name}`);
}
