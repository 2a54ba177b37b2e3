import { assertEquals } from "@std/assert";
import { SendTimeouts } from "../../lib/http/send_timeouts.ts";
import { FakeClock } from "./fake_clock.ts";

Deno.test("SendTimeouts expires what is not restarted in time, with one timer", () => {
  const clock = new FakeClock();
  const timeouts = new SendTimeouts(60, clock);
  const expired: string[] = [];
  const [a, b, c] = ["a", "b", "c"].map((name) => () => void expired.push(name));
  timeouts.restart(a!);
  clock.advance(10);
  timeouts.restart(b!);
  timeouts.restart(c!);
  for (let i = 0; i < 100; i++) timeouts.restart(a!);
  assertEquals(clock.started, 1);
  timeouts.stop(c!);
  clock.advance(59);
  assertEquals(expired, []);
  timeouts.restart(a!);
  clock.advance(1);
  assertEquals(expired, ["b"]);
  clock.advance(58);
  assertEquals([expired, clock.isWaiting], [["b"], true]);
  clock.advance(1);
  assertEquals([expired, clock.isWaiting], [["b", "a"], false]);
});

Deno.test("SendTimeouts stops its timer when nothing waits", () => {
  const clock = new FakeClock();
  const timeouts = new SendTimeouts(60, clock);
  const expire = () => {};
  timeouts.restart(expire);
  timeouts.stop(expire);
  assertEquals(clock.isWaiting, false);
  timeouts.stop(expire);
});
