import { assertEquals } from "@std/assert";
import { Pings } from "../../lib/ams/pings.ts";

/** Ends pings that nobody answers. */
const NO_TIME = 0;

const LONG = 60_000;

Deno.test("Pings.ping() resolves with whether the thread responds", async () => {
  const pings = new Pings();
  assertEquals(await pings.ping((id) => pings.complete(id), LONG), true);
  assertEquals(await pings.ping((id) => pings.complete(id + 1), NO_TIME), false);
});

Deno.test("Pings.completeAll() ends all", async () => {
  const pings = new Pings();
  const results = [1, 2].map(() => pings.ping(() => {}, LONG));
  pings.completeAll();
  assertEquals(await Promise.all(results), [true, true]);
});
