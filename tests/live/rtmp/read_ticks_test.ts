import { assertEquals } from "@std/assert";
import { ReadTicks } from "../../../lib/live/rtmp/read_ticks.ts";
import { TimerClock } from "../timer_clock.ts";

const endings: [name: string, end: (promise: PromiseWithResolvers<void>) => void][] = [
  ["resolves", ({ resolve }) => resolve()],
  ["rejects", ({ reject }) => reject(new Error("broken"))],
];

for (const [name, end] of endings) {
  Deno.test(`ReadTicks tells whether a promise ${name} before the next tick`, async () => {
    const clock = new TimerClock();
    const ticks = new ReadTicks(50, clock);
    const pending = Promise.withResolvers<void>();
    const late = ticks.settles(pending.promise);
    await clock.advance(50);
    assertEquals(await late, false);
    const timely = ticks.settles(pending.promise);
    end(pending);
    assertEquals(await timely, true);
  });
}

Deno.test("ReadTicks has one timer for all, while somebody waits", async () => {
  const clock = new TimerClock();
  const ticks = new ReadTicks(50, clock);
  const times: number[] = [];
  const wait = async (count: number) => {
    for (let i = 0; i < count; i++) await ticks.next();
    times.push(clock.now());
  };
  assertEquals(clock.timers, 0);
  const waiting = [wait(1), wait(2), wait(2)];
  assertEquals(clock.timers, 1);
  await clock.advance(1000);
  await Promise.all(waiting);
  assertEquals([times, clock.timers], [[50, 100, 100], 0]);
});
