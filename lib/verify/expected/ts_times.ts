/** Times of samples as transport streams should report them: ticks of 90 kHz, 10 s ahead, of 33 bits (DESIGN: timing). */

import { rescale } from "../../time.ts";
import type { SourceSamples, SourceTrack } from "./source_track.ts";
import type { Rule } from "../rules.ts";

const CLOCK = 90000;

/** Decode times lie before the first picture, and can't be negative. In ticks. */
export const TS_ZERO = 10 * CLOCK;

export const WRAP = 2 ** 33;

export interface TsTimes {
  readonly pts: Float64Array;
  readonly dts: Float64Array;
}

/**
 * Decoding starts so long before the first presentation that no sample is late, and no longer; decode times rise from
 * sample to sample, also where pictures before an edit have no time.
 */
export function computeTsTimes(
  { rendition: { timing }, timescale }: SourceTrack,
  { count, decodeTimes, presentationTimes }: SourceSamples,
): TsTimes {
  const [pts, dts] = [new Float64Array(count), new Float64Array(count)];
  const shift = timing.delay - timing.mediaTime;
  let last = -Infinity;
  for (let i = 0; i < count; i++) {
    dts[i] = last = Math.max(last + 1, expectedTsTime(decodeTimes[i]! + shift, timescale));
    pts[i] = Math.max(dts[i]!, expectedTsTime(presentationTimes[i]!, timescale));
  }
  return { pts, dts };
}

export function expectedTsTime(time: number, timescale: number): number {
  return rescale(time, timescale, CLOCK) + TS_ZERO;
}

/** What differs between the times of a PES packet and those of its first sample. */
export function compareTimes(
  { pts, dts }: { readonly pts: number; readonly dts: number },
  expected: { readonly pts: number; readonly dts: number },
  report: (rule: Rule, message: string) => void,
): void {
  const tell = (rule: Rule, got: number, wanted: number) => {
    if (got !== wanted % WRAP) report(rule, `it is ${got} instead of ${wanted % WRAP} (90 kHz)`);
  };
  tell("PTS", pts, expected.pts);
  tell("DTS", dts, expected.dts);
}

/** Places a time that may have wrapped near another, which has not. */
export function unwrap(time: number, near: number, wrap = WRAP): number {
  return time + Math.round((near - time) / wrap) * wrap;
}
