import { assertEquals, assertRejects } from "@std/assert";
import { NEVER_ABORTED as NEVER, SharedFlight, SharedWork } from "../lib/shared_work.ts";

/** Work that the test completes, and the signals that it got. */
function createWork() {
  const signals: AbortSignal[] = [];
  const results: PromiseWithResolvers<string>[] = [];
  const work = (signal: AbortSignal) => {
    const result = Promise.withResolvers<string>();
    signal.addEventListener("abort", () => result.reject(signal.reason));
    signals.push(signal);
    results.push(result);
    return result.promise;
  };
  return { signals, results, work };
}

Deno.test("SharedWork.join() is aborted when all callers have gone, and not before", async () => {
  const { signals, work } = createWork();
  const shared = new SharedWork(work);
  const callers = [new AbortController(), new AbortController()];
  const joined = callers.map(({ signal }) => shared.join(signal));
  callers[0]!.abort(new Error("first"));
  await assertRejects(() => joined[0]!, Error, "first");
  assertEquals([signals[0]!.aborted, shared.isAborted], [false, false]);
  callers[1]!.abort(new Error("second"));
  assertEquals([signals[0]!.aborted, shared.isAborted], [true, true]);
  await assertRejects(() => joined[1]!, Error, "second");
  await assertRejects(() => shared.join(callers[0]!.signal), Error, "first");
});

Deno.test("SharedFlight.run() works once for concurrent callers, and again when it is done", async () => {
  const { results, work } = createWork();
  const flight = new SharedFlight<string>();
  const callers = ["a", "a", "b"].map((key) => flight.run(key, NEVER, work));
  assertEquals([results.length, flight.has("a")], [2, true]);
  results.forEach(({ resolve }, i) => resolve(`${i}`));
  assertEquals(await Promise.all(callers), ["0", "0", "1"]);
  assertEquals(flight.has("a"), false);
  const failed = flight.run("a", NEVER, work);
  results[2]!.reject(new Error("failed"));
  await assertRejects(() => failed, Error, "failed");
  assertEquals(flight.has("a"), false);
});

Deno.test("SharedFlight.run() starts other work once all callers have gone", async () => {
  const { results, work } = createWork();
  const flight = new SharedFlight<string>();
  const caller = new AbortController();
  const gone = flight.run("a", caller.signal, work);
  caller.abort(new Error("gone"));
  const next = flight.run("a", NEVER, work);
  await assertRejects(() => gone, Error, "gone");
  assertEquals([results.length, flight.has("a")], [2, true]);
  results[1]!.resolve("right");
  assertEquals(await next, "right");
});

Deno.test("SharedFlight.run() starts nothing for a caller that has gone", async () => {
  const { results, work } = createWork();
  const flight = new SharedFlight<string>();
  const gone = AbortSignal.abort(new Error("gone"));
  await assertRejects(() => flight.run("a", gone, work), Error, "gone");
  assertEquals([results.length, flight.has("a")], [0, false]);
});
