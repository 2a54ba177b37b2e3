import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { andThen, isPending, orElse } from "../lib/maybe_async.ts";

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

Deno.test("isPending() is true for promises only", () => {
  assertEquals([1, undefined, Promise.resolve(1)].map(isPending), [false, false, true]);
});

Deno.test("orElse() recovers from what is thrown at once, and from a rejection later", async () => {
  const recover = (error: unknown) => (error as Error).message;
  const fail = () => {
    throw new Error("1");
  };
  assertEquals([orElse(() => "0", recover), orElse(fail, recover)], ["0", "1"]);
  const result = orElse(() => Promise.reject(new Error("2")), recover);
  assertEquals([isPending(result), await result], [true, "2"]);
  assertEquals(await orElse(() => Promise.resolve("3"), recover), "3");
});
