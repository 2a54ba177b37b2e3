import { assertEquals } from "@std/assert";
import {
  CircuitBreaker,
  computePauseMs,
  type Permit,
  RetryBudget,
} from "../../../lib/storage/remote/attempts.ts";

const pauses: [attempts: number, random: number, retryAfterMs: number | undefined, ms: number][] = [
  [1, 0, undefined, 0],
  [1, 0.5, undefined, 50],
  [2, 0.5, undefined, 100],
  [3, 0.999, undefined, 399.6],
  [9, 0.5, undefined, 500],
  [1, 0.5, 0, 0],
  [1, 0.5, 1000, 1000],
  [3, 0.5, 120_000, 2000],
];

for (const [attempts, random, retryAfterMs, ms] of pauses) {
  Deno.test(`computePauseMs() waits ${ms} ms after ${attempts} attempts, ${random}, ${retryAfterMs}`, () => {
    const pause = computePauseMs(attempts, {
      random,
      ...retryAfterMs !== undefined && { retryAfterMs },
    });
    assertEquals(pause, ms);
  });
}

const takeAll = (budget: RetryBudget, now: number) => {
  let taken = 0;
  while (budget.takeRetry(now)) taken++;
  return taken;
};

Deno.test("RetryBudget allows ten retries and a tenth of the requests of the last 10 s", () => {
  const budget = new RetryBudget();
  assertEquals(takeAll(budget, 0), 10);
  for (let i = 0; i < 100; i++) budget.addRequest(5000);
  assertEquals(takeAll(budget, 9999), 10);
  assertEquals(takeAll(budget, 10_000), 10, "the first ten are forgotten");
  assertEquals(takeAll(budget, 14_999), 0);
  assertEquals(takeAll(budget, 15_000), 0, "ten retries of 9 and 10 s are left, and no request");
  assertEquals(takeAll(budget, 20_000), 10);
  assertEquals(takeAll(budget, 1e9), 10);
});

function fail(breaker: CircuitBreaker, count: number, now: number): void {
  for (let i = 0; i < count; i++) breaker.fail(breaker.take(now)!, now);
}

Deno.test("CircuitBreaker stops requests for a second after eight failures in a row", () => {
  const breaker = new CircuitBreaker();
  fail(breaker, 7, 0);
  breaker.succeed();
  fail(breaker, 7, 0);
  assertEquals([breaker.isOpen, breaker.take(0)], [false, { isProbe: false }]);
  fail(breaker, 1, 100);
  assertEquals([breaker.isOpen, breaker.take(1099)], [true, undefined]);
});

/** A breaker that was opened at 0. */
function createOpen(): CircuitBreaker {
  const breaker = new CircuitBreaker();
  fail(breaker, 8, 0);
  return breaker;
}

const results: [
  name: string,
  report: (breaker: CircuitBreaker, probe: Permit) => void,
  after: unknown,
][] = [
  ["success", (breaker) => breaker.succeed(), { isProbe: false }],
  ["failure", (breaker, probe) => breaker.fail(probe, 1500), undefined],
  ["end of its client", (breaker, probe) => breaker.cancel(probe), { isProbe: true }],
];

for (const [name, report, after] of results) {
  Deno.test(`CircuitBreaker sends one request after a second: its ${name} decides`, () => {
    const breaker = createOpen();
    const probe = breaker.take(1000)!;
    assertEquals([probe, breaker.take(1400)], [{ isProbe: true }, undefined]);
    report(breaker, probe);
    assertEquals(breaker.take(2400), after);
  });
}

Deno.test("CircuitBreaker does not wait longer for failures of requests that were under way", () => {
  const breaker = new CircuitBreaker();
  const early = breaker.take(0)!;
  fail(breaker, 8, 0);
  breaker.fail(early, 900);
  const probe = breaker.take(1000);
  assertEquals(probe, { isProbe: true });
  breaker.fail(early, 1100);
  breaker.cancel(early);
  assertEquals(breaker.take(1200), undefined, "the probe is still under way");
});
