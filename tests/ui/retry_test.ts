import { assert, assertEquals } from "@std/assert";
import { getRetryWait, Retry, RETRY_PARAMETERS } from "../../lib/ui/retry.js";

Deno.test("getRetryWait() and RETRY_PARAMETERS leave at most 4 seconds between two tries", () => {
  const { baseDelay, fuzzFactor } = RETRY_PARAMETERS;
  assertEquals(fuzzFactor, 0);
  for (let attempt = 0; attempt < 100; attempt++) {
    assert(baseDelay + getRetryWait(attempt) <= 4000, `attempt ${attempt}`);
  }
});

Deno.test("getRetryWait() is short at first, and never shorter than before", () => {
  const waits = Array.from({ length: 10 }, (_, attempt) => getRetryWait(attempt));
  assertEquals(waits[0], 500);
  assertEquals(waits, waits.toSorted((a, b) => a - b));
});

/** Timers that run when the test says so. */
function fakeTimers() {
  const waits: number[] = [];
  let pending: (() => void) | undefined;
  return {
    waits,
    elapse: () => pending?.(),
    set: (run: () => void, milliseconds: number) => {
      waits.push(milliseconds);
      pending = run;
      return waits.length;
    },
    clear: () => pending = undefined,
  };
}

Deno.test("Retry tries once for failures at the same time, and later after each further one", () => {
  const timers = fakeTimers();
  let tries = 0;
  const retry = new Retry(() => tries++, timers);
  for (let i = 0; i < 5; i++) {
    retry.fail();
    retry.fail();
    timers.elapse();
  }
  assertEquals(tries, 5);
  assertEquals(timers.waits, [500, 1000, 2000, 3000, 3000]);
});

Deno.test("Retry.runNow() tries once, at once", () => {
  const timers = fakeTimers();
  let tries = 0;
  const retry = new Retry(() => tries++, timers);
  retry.fail();
  retry.runNow();
  timers.elapse();
  assertEquals(tries, 1);
});

Deno.test("Retry.succeed() starts over, unless another request still waits for its try", () => {
  const timers = fakeTimers();
  const retry = new Retry(() => {}, timers);
  retry.fail();
  retry.succeed();
  timers.elapse();
  retry.fail();
  timers.elapse();
  retry.succeed();
  retry.fail();
  assertEquals(timers.waits, [500, 1000, 500]);
});
