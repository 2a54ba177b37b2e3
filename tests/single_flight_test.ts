import { assertEquals, assertRejects } from "@std/assert";
import { SingleFlight } from "../lib/single_flight.ts";

/** Work that the test resolves. */
function createWork() {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const started: string[] = [];
  const start = (caller: string) => () => {
    started.push(caller);
    return promise;
  };
  return { started, start, resolve, reject };
}

Deno.test("run() runs concurrent work of one key once, and caches nothing", async () => {
  const flight = new SingleFlight<number>();
  const { started, start, resolve } = createWork();
  const all = ["a", "b", "c"].map((caller) => flight.run("key", start(caller)));
  assertEquals(started, ["a"]);
  resolve(5);
  assertEquals(await Promise.all(all), [5, 5, 5]);
  assertEquals(flight.get("key"), undefined);
  assertEquals(await flight.run("key", () => Promise.resolve(6)), 6);
});

Deno.test("run() does not merge different keys", async () => {
  const flight = new SingleFlight<number>();
  const all = [1, 2].map((i) => flight.run(`${i}`, () => Promise.resolve(i)));
  assertEquals(await Promise.all(all), [1, 2]);
});

Deno.test("run() rejects all concurrent callers, but not the next one", async () => {
  const flight = new SingleFlight<number>();
  const { started, start, reject } = createWork();
  const all = ["a", "b"].map((caller) => flight.run("key", start(caller)));
  reject(new Error("Cannot"));
  for (const one of all) await assertRejects(() => one, Error, "Cannot");
  assertEquals(started, ["a"]);
  assertEquals(await flight.run("key", () => Promise.resolve(6)), 6);
});
