import { assertEquals } from "@std/assert";
import { ActivePublishers } from "../../lib/live/active_publishers.ts";

Deno.test("ActivePublishers forgets a publisher a minute after its last request", () => {
  const active = new ActivePublishers();
  assertEquals([active.has("a", 0), active.count(0)], [false, 0]);
  const endFirst = active.start("a", 0);
  const endSecond = active.start("a", 10);
  active.start("b", 20);
  endFirst(1000);
  assertEquals([active.has("a", 1e9), active.count(1e9)], [true, 2]);
  endSecond(1e9);
  assertEquals([active.has("a", 1e9 + 59_999), active.count(1e9 + 59_999)], [true, 2]);
  assertEquals([active.has("a", 1e9 + 60_000), active.count(1e9 + 60_000)], [false, 1]);
});
