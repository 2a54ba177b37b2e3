/** A minute of `deno task soak`. */

import { assertEquals } from "@std/assert";
import { findExceeded } from "../soak/bounds.ts";
import { runSoak } from "../soak/run.ts";

Deno.test("honest clients are served correctly next to others, within the memory and sockets of ams", async () => {
  assertEquals(findExceeded(await runSoak(1), 1), []);
});
