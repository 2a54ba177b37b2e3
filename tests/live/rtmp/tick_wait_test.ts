import { assertEquals } from "@std/assert";
import { TickWait } from "../../../lib/live/rtmp/tick_wait.ts";
import { TimerClock } from "../timer_clock.ts";

const endings: [name: string, end: (promise: PromiseWithResolvers<void>) => void][] = [
  ["resolves", ({ resolve }) => resolve()],
  ["rejects", ({ reject }) => reject(new Error("broken"))],
];

for (const [name, end] of endings) {
  Deno.test(`TickWait tells whether a promise ${name} before the next tick`, async () => {
    const clock = new TimerClock();
    using wait = new TickWait(250, clock);
    await clock.advance(200);
    const pending = Promise.withResolvers<void>();
    const late = wait.settles(pending.promise);
    await clock.advance(50);
    assertEquals(await late, false);
    const timely = wait.settles(pending.promise);
    end(pending);
    assertEquals(await timely, true);
    await clock.advance(1000);
    assertEquals(clock.timers, 1);
  });
}

Deno.test("TickWait leaves no timer behind", async () => {
  const clock = new TimerClock();
  const wait = new TickWait(250, clock);
  await clock.advance(600);
  wait[Symbol.dispose]();
  assertEquals(clock.timers, 0);
});
