/** Checks that a parser's time is proportional to its input. No other test of the project measures time. */

import { assert } from "@std/assert";
import { MediaError, RequestError } from "../lib/errors.ts";

/** Least time of the smallest input, in milliseconds: shorter runs measure the clock and the compiler. */
const MIN_TIME = 5;

const RUNS = 5;

/** A machine under load is given as many attempts; a quadratic parser passes none. */
const ATTEMPTS = 3;

/** 4 times the input may take 10 times as long: linear takes 4 times, n log n about 5, quadratic 16. */
const SCALES = [1, 2, 4] as const;
const MAX_GROWTH = 10;

const FIRST_SIZE = 2 ** 10;

/** Parsers that take less than `MIN_TIME` for it are fast enough, however they grow. */
const MAX_SIZE = 2 ** 22;

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
  { maxSize = MAX_SIZE, now = () => performance.now() }: LinearOptions = {},
): void {
  const measure = (input: T) => {
    const start = now();
    runOrReject(() => run(input));
    return now() - start;
  };
  const size = findSize(build, measure, maxSize);
  if (size === undefined) return;
  const inputs = SCALES.map((scale) => build(scale * size));
  let report = "";
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const least = inputs.map(() => Infinity);
    for (let i = 0; i < RUNS; i++) {
      inputs.forEach((input, i) => least[i] = Math.min(least[i]!, measure(input)));
    }
    if (least.at(-1)! <= MAX_GROWTH * least[0]!) return;
    report = least.map((time, i) => `${SCALES[i]! * size}: ${time.toFixed(1)} ms`).join(", ");
  }
  assert(false, `4 times the size takes more than ${MAX_GROWTH} times as long: ${report}`);
}

/** Returns undefined if `maxSize` is too small to take `MIN_TIME`. */
function findSize<T>(
  build: (size: number) => T,
  measure: (input: T) => number,
  maxSize: number,
): number | undefined {
  for (let size = FIRST_SIZE; size <= maxSize; size *= 2) {
    const input = build(size);
    let least = Infinity;
    for (let i = 0; i < RUNS && least >= MIN_TIME; i++) least = Math.min(least, measure(input));
    if (least >= MIN_TIME) return size;
  }
  return undefined;
}

function runOrReject(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof MediaError || error instanceof RequestError)) throw error;
  }
}
