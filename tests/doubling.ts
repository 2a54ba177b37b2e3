/** Checks that the time of a parser is proportional to its input. No other test of the project measures time. */

import { assert } from "@std/assert";
import { MediaError, RequestError } from "../lib/errors.ts";

/** Least time of the smallest input, in milliseconds: shorter runs measure the clock and the compiler. */
const MIN_TIME = 5;

const RUNS = 5;

/** Other tests evict caches and collect garbage, so a failure is repeated. A quadratic parser fails each time. */
const ATTEMPTS = 3;

/** 4 times the input may take 10 times as long: linear takes 4 times, n log n about 5, quadratic 16. */
const SCALES = [1, 2, 4] as const;
const MAX_GROWTH = 10;

const FIRST_SIZE = 2 ** 10;

/** Parsers that take less than `MIN_TIME` for it are fast enough, however they grow. */
const MAX_SIZE = 2 ** 21;

export interface LinearOptions {
  readonly maxSize?: number;
  /** In milliseconds. */
  readonly now?: () => number;
}

/**
 * Runs `run(build(size))` at 1, 2 and 4 times a size. `size` is the number of characters or bytes, roughly.
 * A `MediaError` or `RequestError` is a valid result.
 *
 * @throws AssertionError if 4 times the size takes more than 10 times as long
 */
export function assertLinear<T>(
  build: (size: number) => T,
  run: (input: T) => unknown,
  { maxSize = MAX_SIZE, now = getProcessorTime }: LinearOptions = {},
): void {
  const measure = (input: T) => {
    const start = now();
    runOrReject(() => run(input));
    return now() - start;
  };
  let report = "";
  for (let [size, failures] = [FIRST_SIZE, 0]; size <= maxSize; size *= 2) {
    if (isBelowMinTime(build(size), measure)) continue;
    const inputs = SCALES.map((scale) => build(scale * size));
    for (; failures < ATTEMPTS; failures++) {
      const least = measureLeast(inputs, measure);
      if (least[0]! < MIN_TIME) break; // compiled in the meantime
      if (least.at(-1)! <= MAX_GROWTH * least[0]!) return;
      report = least.map((time, i) => `${SCALES[i]! * size}: ${time.toFixed(1)} ms`).join(", ");
    }
    if (failures < ATTEMPTS) continue;
    assert(false, `4 times the size takes more than ${MAX_GROWTH} times as long: ${report}`);
  }
}

function isBelowMinTime<T>(input: T, measure: (input: T) => number): boolean {
  for (let run = 0; run < RUNS; run++) if (measure(input) < MIN_TIME) return true;
  return false;
}

/** Returns the least time of each input. */
function measureLeast<T>(inputs: readonly T[], measure: (input: T) => number): number[] {
  const least = inputs.map(() => Infinity);
  for (let run = 0; run < RUNS; run++) {
    inputs.forEach((input, i) => least[i] = Math.min(least[i]!, measure(input)));
  }
  return least;
}

const cell = new Int32Array(new SharedArrayBuffer(4));

/**
 * Returns the processor time of this thread in milliseconds, which other processes do not change; on systems without procfs, the
 * time of day. Linux updates the counter when the thread sleeps.
 */
function getProcessorTime(): number {
  Atomics.wait(cell, 0, 0, 0.1);
  try {
    return parseInt(Deno.readTextFileSync("/proc/thread-self/schedstat")) / 1e6;
  } catch {
    return performance.now();
  }
}

function runOrReject(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof MediaError || error instanceof RequestError)) throw error;
  }
}
