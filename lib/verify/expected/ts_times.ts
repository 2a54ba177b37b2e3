/** Expected timestamps of MPEG-TS: 33 bits of 90 kHz, plus 10 s (docs/design/timing.md). */

import { rescale } from "../../time.ts";
import type { SourceSamples, SourceTrack } from "./source_track.ts";
import type { Rule } from "../rules.ts";

const TICKS_PER_SECOND = 90000;

/** Presentation time 0: decode times before it would otherwise be negative. */
export const TS_ZERO = 10 * TICKS_PER_SECOND;

export const WRAP = 2 ** 33;

export interface TsTimes {
  readonly pts: Float64Array;
  readonly dts: Float64Array;
}

/** Uses the smallest delay with which no sample is late. Decode times increase by at least one tick. */
export function computeTsTimes(
  { rendition: { timing }, timescale }: SourceTrack,
  { count, decodeTimes, presentationTimes }: SourceSamples,
): TsTimes {
  const [pts, dts] = [new Float64Array(count), new Float64Array(count)];
  const offset = timing.delay - timing.mediaTime;
  let last = -Infinity;
  for (let i = 0; i < count; i++) {
    dts[i] = last = Math.max(last + 1, toExpectedTsTime(decodeTimes[i]! + offset, timescale));
    pts[i] = Math.max(dts[i]!, toExpectedTsTime(presentationTimes[i]!, timescale));
  }
  return { pts, dts };
}

export function toExpectedTsTime(time: number, timescale: number): number {
  return rescale(time, timescale, TICKS_PER_SECOND) + TS_ZERO;
}

export function checkPesTimes(
  { pts, dts }: { readonly pts: number; readonly dts: number },
  expected: { readonly pts: number; readonly dts: number },
  report: (rule: Rule, message: string) => void,
): void {
  const expect = (rule: Rule, got: number, time: number) => {
    if (got !== time % WRAP) report(rule, `got ${got}, expected ${time % WRAP} (90 kHz)`);
  };
  expect("PTS", pts, expected.pts);
  expect("DTS", dts, expected.dts);
}

/** Returns the value closest to `near` of a time that may have wrapped around. */
export function unwrap(time: number, near: number, wrap = WRAP): number {
  return time + Math.round((near - time) / wrap) * wrap;
}
