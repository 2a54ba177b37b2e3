import { assertEquals, assertRejects } from "@std/assert";
import { Joint } from "../lib/single_flight.ts";

/** Work that is done when the test says so. */
function work() {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const begun: string[] = [];
  const begin = (who: string) => () => {
    begun.push(who);
    return promise;
  };
  return { begun, begin, resolve, reject };
}

Deno.test("do() does once what several ask for, and keeps nothing", async () => {
  const joint = new Joint<number>();
  const { begun, begin, resolve } = work();
  const all = ["a", "b", "c"].map((who) => joint.do("key", begin(who)));
  assertEquals(begun, ["a"]);
  resolve(5);
  assertEquals(await Promise.all(all), [5, 5, 5]);
  assertEquals(joint.get("key"), undefined);
  assertEquals(await joint.do("key", () => Promise.resolve(6)), 6);
});

Deno.test("do() tells work by its key", async () => {
  const joint = new Joint<number>();
  const all = [1, 2].map((i) => joint.do(`${i}`, () => Promise.resolve(i)));
  assertEquals(await Promise.all(all), [1, 2]);
});

Deno.test("do() tells all of a failure, and the next one nothing of it", async () => {
  const joint = new Joint<number>();
  const { begun, begin, reject } = work();
  const all = ["a", "b"].map((who) => joint.do("key", begin(who)));
  reject(new Error("Cannot"));
  for (const one of all) await assertRejects(() => one, Error, "Cannot");
  assertEquals(begun, ["a"]);
  assertEquals(await joint.do("key", () => Promise.resolve(6)), 6);
});
