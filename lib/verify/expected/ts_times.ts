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
export function computeTsTimes(source: SourceTrack, samples: SourceSamples): TsTimes {
  const { rendition: { timing }, timescale } = source;
  const { count, decodeTimes } = samples;
  const [pts, dts] = [new Float64Array(count), new Float64Array(count)];
  const offset = timing.delay - timing.mediaTime;
  const own = listPresentationTimes(source, samples);
  let last = -Infinity;
  for (let i = 0; i < count; i++) {
    dts[i] = last = Math.max(last + 1, toExpectedTsTime(decodeTimes[i]! + offset, timescale));
    pts[i] = Math.max(dts[i]!, own[i]!);
  }
  return { pts, dts };
}

/** Where several edits hide samples, no two are presented in the same tick, nor in that of the sample that follows all of them. */
function listPresentationTimes(
  { edited, timescale, end }: SourceTrack,
  { first, count, presentationTimes }: SourceSamples,
): Float64Array {
  const times = Float64Array.from(
    presentationTimes,
    (time) => toExpectedTsTime(time, timescale),
  );
  if (!edited?.compressedCounts.some((hidden) => hidden > 0)) return times;
  const rows = [...times.keys()].sort((a, b) => presentationTimes[a]! - presentationTimes[b]!);
  for (let i = 1; i < count; i++) {
    const [before, row] = [rows[i - 1]!, rows[i]!];
    if (times[row]! <= times[before]!) times[row] = times[before]! + 1;
  }
  const next = first + count < end ? edited.presentationTime(first + count) : Infinity;
  let after = presentationTimes[rows.at(-1)!]! < next && next < Infinity
    ? toExpectedTsTime(next, timescale)
    : Infinity;
  for (const row of rows.toReversed()) {
    if (times[row]! >= after) times[row] = after - 1;
    after = times[row]!;
  }
  return times;
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
