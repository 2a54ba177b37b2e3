import { assertEquals, assertRejects } from "@std/assert";
import { RequestSlots } from "../../lib/keys/request_slots.ts";
import { settle } from "./fake_timers.ts";

Deno.test("RequestSlots.run() runs so many at once, in order, and frees the slot of a failure", async () => {
  const slots = new RequestSlots(2);
  const started: number[] = [];
  const ends = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const runs = ends.map(({ promise }, i) =>
    slots.run(() => {
      started.push(i);
      return promise;
    })
  );
  await settle();
  assertEquals(started, [0, 1]);
  ends[1]!.reject(new Error("Cannot continue"));
  await assertRejects(() => runs[1]!, Error, "Cannot continue");
  await settle();
  assertEquals(started, [0, 1, 2]);
  for (const { resolve } of ends) resolve();
  await Promise.allSettled(runs);
  assertEquals(started, [0, 1, 2, 3, 4]);
  assertEquals(await slots.run(() => Promise.resolve("free")), "free");
});
