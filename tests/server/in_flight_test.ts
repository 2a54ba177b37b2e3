import { assertEquals } from "@std/assert";
import { InFlight } from "../../lib/server/in_flight.ts";

Deno.test("InFlight counts the last answer on each connection, for ten seconds", () => {
  let now = 0;
  const inFlight = new InFlight(() => now);
  inFlight.add("a", 1000);
  inFlight.add("b", 200);
  assertEquals(inFlight.size, 1200);
  now = 4000;
  inFlight.add("a", 30); // so it has got the 1000
  assertEquals(inFlight.size, 230);
  now = 9999;
  assertEquals(inFlight.size, 230);
  now = 10_000;
  assertEquals(inFlight.size, 30);
  now = 14_000;
  assertEquals(inFlight.size, 0);
});
