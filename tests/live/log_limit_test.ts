import { assertEquals } from "@std/assert";
import { LogLimit } from "../../lib/live/log_limit.ts";
import { TimerClock } from "./timer_clock.ts";

function create() {
  const clock = new TimerClock();
  const lines: string[] = [];
  const limit = new LogLimit(({ level, message }) => lines.push(`${level} ${message}`), clock);
  const log = (address: string, count: number) => {
    for (let i = 0; i < count; i++) limit.log(address, { level: "info", message: address });
  };
  /** Returns the lines since the last call, each with how often it was logged. */
  const take = () => {
    const counts = new Map<string, number>();
    for (const line of lines.splice(0)) counts.set(line, (counts.get(line) ?? 0) + 1);
    return [...counts];
  };
  return { clock, log, take };
}

Deno.test("LogLimit.log() logs 300 lines of an address within 10 s, and how many it left out", async () => {
  const { clock, log, take } = create();
  log("a", 300);
  await clock.advance(9_999);
  log("a", 20);
  log("b", 1);
  assertEquals(take(), [["info a", 300], ["info b", 1]]);
  await clock.advance(10_000);
  assertEquals(take(), [["warn Publisher a: 20 more lines within 10 s were left out", 1]]);
  log("a", 1);
  assertEquals(take(), [["info a", 1]]);
  await clock.advance(20_000);
  assertEquals([take(), clock.timers], [[], 0]);
});

Deno.test("LogLimit.log() counts the lines of more than 1000 addresses together", async () => {
  const { clock, log, take } = create();
  for (let i = 0; i < 1000; i++) log(`${i}`, 1);
  take();
  for (let i = 1000; i < 1400; i++) log(`${i}`, 1);
  log("0", 1);
  assertEquals(take().length, 301);
  await clock.advance(10_000);
  assertEquals(take(), [
    ["warn Publisher other addresses: 100 more lines within 10 s were left out", 1],
  ]);
});

Deno.test("LogLimit.log() logs 300 lines within 10 s also after some were left out just before", async () => {
  const { clock, log, take } = create();
  await clock.advance(1);
  log("b", 1);
  await clock.advance(9_000);
  log("a", 301);
  await clock.advance(1_000);
  log("a", 350);
  assertEquals(take().slice(1), [["info a", 600], [
    "warn Publisher a: 1 more lines within 10 s were left out",
    1,
  ]]);
  await clock.advance(9_500);
  log("a", 10);
  assertEquals(take(), []);
  await clock.advance(500);
  assertEquals(take(), [["warn Publisher a: 60 more lines within 10 s were left out", 1]]);
});
