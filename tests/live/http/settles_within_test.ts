import { assertEquals } from "@std/assert";
import { settlesWithin } from "../../../lib/live/http/settles_within.ts";
import { TimerClock } from "../timer_clock.ts";

const endings: [name: string, end: (promise: PromiseWithResolvers<void>) => void][] = [
  ["resolves", ({ resolve }) => resolve()],
  ["rejects", ({ reject }) => reject(new Error("broken"))],
];

for (const [name, end] of endings) {
  Deno.test(`settlesWithin() tells whether a promise ${name} in time`, async () => {
    const clock = new TimerClock();
    const pending = Promise.withResolvers<void>();
    const late = settlesWithin(pending.promise, 250, clock);
    await clock.advance(250);
    assertEquals([await late, clock.timers], [false, 0]);
    const timely = settlesWithin(pending.promise, 250, clock);
    end(pending);
    assertEquals([await timely, clock.timers], [true, 0]);
  });
}
