/** Frames a second, as a fraction that manifests can say. */

import { gcd } from "../time.ts";

/** Rates that a mean is taken for when it comes this close: variable frame rates and timescales of 1000 round. */
const USUAL: readonly [number, number][] = [
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

/** `25` or `30000/1001`: the mean of `frames` that last `ticks` together; undefined where they last no time. */
export function frameRate(frames: number, ticks: number, timescale: number): string | undefined {
  if (ticks <= 0 || frames <= 0) return undefined;
  const rate = frames * timescale / ticks;
  const usual = USUAL.find(([n, d]) => Math.abs(rate * d / n - 1) < CLOSE);
  const [n, d] = usual ?? [Math.max(1, Math.round(rate * 1000)), 1000];
  const divisor = gcd(n, d);
  return d === divisor ? `${n / divisor}` : `${n / divisor}/${d / divisor}`;
}
