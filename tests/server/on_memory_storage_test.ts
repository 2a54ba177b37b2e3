/** The tests of this directory a second time, on a storage in memory whose calls are asynchronous. */

import { useMemoryStorage } from "./fixture.ts";

const OF_LOCAL_STORAGE = new Set(["on_memory_storage_test.ts", "slow_storage_test.ts"]);

useMemoryStorage();

for (const { name } of Deno.readDirSync(new URL(".", import.meta.url))) {
  if (name.endsWith("_test.ts") && !OF_LOCAL_STORAGE.has(name)) await import(`./${name}`);
}
