import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { andThen } from "../lib/maybe_async.ts";

const double = (value: number) => 2 * value;

Deno.test("andThen() passes on a value at once, and a promise's value later", async () => {
  assertEquals(andThen(1, double), 2);
  const result = andThen(Promise.resolve(1), double);
  assertEquals([result instanceof Promise, await result], [true, 2]);
});

Deno.test("andThen() returns the promise of the function", async () => {
  const result = andThen(1, (value) => Promise.resolve(double(value)));
  assertEquals([result instanceof Promise, await result], [true, 2]);
});

Deno.test("andThen() throws at once for a value, and rejects for a promise", async () => {
  const fail = (value: number) => {
    throw new Error(`${value}`);
  };
  assertThrows(() => andThen(1, fail), Error, "1");
  await assertRejects(async () => await andThen(Promise.resolve(2), fail), Error, "2");
  await assertRejects(async () => await andThen(Promise.reject(new Error("3")), fail), Error, "3");
});
