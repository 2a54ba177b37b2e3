/** Frames a second, as a fraction that manifests can say. */

import { gcd } from "../time.ts";
import type { SampleTiming } from "./sample_timing.ts";

/** Rates that one is taken for when it comes this close: timescales of 1000 round. */
const COMMON_RATES: readonly [number, number][] = [
  [24000, 1001],
  [24, 1],
  [25, 1],
  [30000, 1001],
  [30, 1],
  [48, 1],
  [50, 1],
  [60000, 1001],
  [60, 1],
  [100, 1],
  [120000, 1001],
  [120, 1],
];
const CLOSE = 0.0004;

/** Samples at the start of which one of middling duration is taken. */
const LOOKED_AT = 255;

/**
 * `25` or `30000/1001`: the mean where that is a usual rate; else that of the frame of middling duration, where that is
 * one (a title that was put together of pieces has gaps); else the mean. Undefined where frames last no time.
 */
export function computeFrameRate(
  timing: Pick<SampleTiming, "timescale" | "first" | "end" | "decodeTime">,
): string | undefined {
  const { timescale, first, end, decodeTime } = timing;
  const mean = (end - first) * timescale / decodeTime(end);
  if (!(mean > 0 && mean < Infinity)) return undefined;
  const looked = Math.min(end - first, LOOKED_AT);
  const durations = Array.from(
    { length: looked },
    (_, i) => decodeTime(first + i + 1) - decodeTime(first + i),
  );
  const median = durations.sort((a, b) => a - b)[looked >> 1]!;
  return usual(mean) ?? usual(timescale / median) ??
    fraction(Math.max(1, Math.round(mean * 1000)), 1000);
}

function usual(rate: number): string | undefined {
  const near = COMMON_RATES.find(([n, d]) => Math.abs(rate * d / n - 1) < CLOSE);
  return near && fraction(...near);
}

function fraction(n: number, d: number): string {
  const divisor = gcd(n, d);
  return d === divisor ? `${n / divisor}` : `${n / divisor}/${d / divisor}`;
}
