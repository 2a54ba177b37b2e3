import { assertEquals } from "@std/assert";
import { InFlight } from "../../lib/http/in_flight.ts";

Deno.test("InFlight.size counts the last response of each connection, for its time at 4 Mbit/s", () => {
  let now = 0;
  const inFlight = new InFlight(() => now);
  inFlight.add("a", 1_000_000);
  inFlight.add("b", 200_000);
  assertEquals(inFlight.size, 1_200_000);
  now = 1999;
  assertEquals(inFlight.size, 1_200_000);
  inFlight.add("a", 500_000); // the first response was received
  assertEquals(inFlight.size, 500_000);
  now = 2998;
  assertEquals(inFlight.size, 500_000);
  now = 2999;
  assertEquals(inFlight.size, 0);
});
