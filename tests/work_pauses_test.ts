import { assertEquals, assertRejects } from "@std/assert";
import { WorkPauses } from "../lib/work_pauses.ts";

Deno.test("WorkPauses.check() pauses after 20 ms of work, and counts from the end of the pause", async () => {
  let time = 100;
  let paused = 0;
  const pauses = new WorkPauses({
    now: () => time,
    pause() {
      paused++;
      time += 1000; // other work
      return Promise.resolve();
    },
  });
  assertEquals(pauses.check(), undefined);
  time += 19;
  assertEquals(pauses.check(), undefined);
  time += 1;
  await pauses.check();
  assertEquals(paused, 1);
  time += 19;
  assertEquals(pauses.check(), undefined);
  time += 2;
  await pauses.check();
  assertEquals(paused, 2);
});

Deno.test("WorkPauses.waitFor() resolves or rejects as its promise, whose time does not count", async () => {
  let time = 0;
  const pauses = new WorkPauses({ now: () => time, pause: () => Promise.resolve() });
  const later = () => Promise.resolve().then(() => time += 1000);
  time += 10;
  assertEquals(await pauses.waitFor(later()), 1010);
  await assertRejects(() =>
    pauses.waitFor(later().then(() => Promise.reject(new Error("broken"))))
  );
  time += 9;
  assertEquals(pauses.check(), undefined);
  time += 1;
  assertEquals(pauses.check() instanceof Promise, true);
});
