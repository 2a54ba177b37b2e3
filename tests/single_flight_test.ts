import { assertEquals, assertRejects } from "@std/assert";
import { SingleFlight } from "../lib/single_flight.ts";

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
  const joint = new SingleFlight<number>();
  const { begun, begin, resolve } = work();
  const all = ["a", "b", "c"].map((who) => joint.run("key", begin(who)));
  assertEquals(begun, ["a"]);
  resolve(5);
  assertEquals(await Promise.all(all), [5, 5, 5]);
  assertEquals(joint.get("key"), undefined);
  assertEquals(await joint.run("key", () => Promise.resolve(6)), 6);
});

Deno.test("do() tells work by its key", async () => {
  const joint = new SingleFlight<number>();
  const all = [1, 2].map((i) => joint.run(`${i}`, () => Promise.resolve(i)));
  assertEquals(await Promise.all(all), [1, 2]);
});

Deno.test("do() tells all of a failure, and the next one nothing of it", async () => {
  const joint = new SingleFlight<number>();
  const { begun, begin, reject } = work();
  const all = ["a", "b"].map((who) => joint.run("key", begin(who)));
  reject(new Error("Cannot"));
  for (const one of all) await assertRejects(() => one, Error, "Cannot");
  assertEquals(begun, ["a"]);
  assertEquals(await joint.run("key", () => Promise.resolve(6)), 6);
});
