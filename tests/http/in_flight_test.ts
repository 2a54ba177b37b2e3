import { assertEquals } from "@std/assert";
import { InFlight } from "../../lib/http/in_flight.ts";

Deno.test("InFlight counts the last answer on each connection, for as long as it takes at 4 Mbit/s", () => {
  let now = 0;
  const inFlight = new InFlight(() => now);
  inFlight.add("a", 1_000_000);
  inFlight.add("b", 200_000);
  assertEquals(inFlight.size, 1_200_000);
  now = 1999;
  assertEquals(inFlight.size, 1_200_000);
  inFlight.add("a", 500_000); // so it has got the million
  assertEquals(inFlight.size, 500_000);
  now = 2998;
  assertEquals(inFlight.size, 500_000);
  now = 2999;
  assertEquals(inFlight.size, 0);
});
