import { assertEquals, assertRejects } from "@std/assert";
import { RequestSlots } from "../../lib/keys/request_slots.ts";
import { settle } from "./fake_timers.ts";

Deno.test("RequestSlots.run() runs so many at once, in order, and frees the slot of a failure", async () => {
  const slots = new RequestSlots(2);
  const started: number[] = [];
  const ends = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const runs = ends.map(({ promise }, i) =>
    slots.run("a", () => {
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
  assertEquals(await slots.run("a", () => Promise.resolve("free")), "free");
});

Deno.test("RequestSlots.run() starts the request of the owner that has the fewest in progress", async () => {
  const slots = new RequestSlots(2);
  const started: string[] = [];
  const ends: (() => void)[] = [];
  const run = (name: string) =>
    slots.run(name[0]!, () => {
      started.push(name);
      return new Promise<void>((resolve) => ends.push(resolve));
    });
  const runs = ["a1", "a2", "a3", "a4", "b1", "b2"].map(run);
  for (let i = 0; i < runs.length; i++) {
    await settle();
    ends[i]!();
  }
  await Promise.all(runs);
  assertEquals(started, ["a1", "a2", "b1", "a3", "b2", "a4"]);
});
