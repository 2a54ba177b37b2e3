import { PresentedSamples } from "../mp4/samples/presented.ts";
import type { SampleTable } from "../mp4/samples/sample_table.ts";
import { gcd } from "../time.ts";
import type { Timeline } from "./segment_timeline.ts";
import type { SampleTiming } from "./sample_timing.ts";

/** Measured rates are rounded to these, since timescales of 1000 are inexact. */
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

const MAX_DEVIATION = 0.0004;

const MAX_MEDIAN_SAMPLES = 255;

export interface FrameRates {
  readonly frameRate?: string | undefined;
  readonly peakFrameRate?: string | undefined;
}

type MeasuredTiming = Pick<SampleTiming, "timescale" | "first" | "end" | "decodeTime">;

/** @param table samples that it hides do not count */
export function computeFrameRates(
  all: MeasuredTiming,
  table: Pick<SampleTable, "count" | "hidden">,
): FrameRates {
  const timing = table.hidden ? omitHidden(all, table) : all;
  const [frameRate, peak] = [computeFrameRate(timing), computePeakFrameRate(timing)];
  return { frameRate, peakFrameRate: peak === frameRate ? undefined : peak };
}

/** Returns the durations of the presented samples, one after the other. */
function omitHidden(
  { timescale, decodeTime }: MeasuredTiming,
  table: Pick<SampleTable, "count" | "hidden">,
): MeasuredTiming {
  const presented = new PresentedSamples(table);
  const times = new Float64Array(presented.count + 1);
  for (let i = 0; i < presented.count; i++) {
    const index = presented.toTable(i);
    times[i + 1] = times[i]! + decodeTime(index + 1) - decodeTime(index);
  }
  return { timescale, first: 0, end: presented.count, decodeTime: (index) => times[index]! };
}

/**
 * Computes the frame rate, `25` or `30000/1001`: the mean, or the median if only that is a common rate, since edited movies have
 * gaps.
 */
export function computeFrameRate(timing: MeasuredTiming): string | undefined {
  const { timescale, first, end, decodeTime } = timing;
  const mean = (end - first) * timescale / decodeTime(end);
  if (!(mean > 0 && mean < Infinity)) return undefined;
  return roundToCommon(mean) ?? roundToCommon(timescale / computeMedianDuration(timing)) ??
    formatRate(mean);
}

/** Returns the frame rate of a recording, which is undefined unless it is a common one: others change as it grows. */
export function computeRecordedFrameRate(
  { samples, decodeTimes }: Pick<Timeline, "samples" | "decodeTimes">,
  timescale: number,
): string | undefined {
  const seconds = (decodeTimes.at(-1)! - decodeTimes[0]!) / timescale;
  return roundToCommon((samples.at(-1)! - samples[0]!) / seconds);
}

/** Deviation of the median from the mean that rounded durations do not cause. */
const MIN_PEAK = 1.05;

/** Computes the rate of the median duration where it is greater than the mean, as in recordings with still stretches. */
export function computePeakFrameRate(timing: MeasuredTiming): string | undefined {
  const { timescale, first, end, decodeTime } = timing;
  const mean = (end - first) * timescale / decodeTime(end);
  const peak = timescale / computeMedianDuration(timing);
  if (!(peak > MIN_PEAK * mean && peak < Infinity)) return undefined;
  return roundToCommon(peak) ?? formatRate(peak);
}

/** Returns the median duration of the first samples, in ticks; 0 without samples. */
export function computeMedianDuration(
  { first, end, decodeTime }: Pick<SampleTiming, "first" | "end" | "decodeTime">,
): number {
  const count = Math.min(end - first, MAX_MEDIAN_SAMPLES);
  const durations = Array.from(
    { length: count },
    (_, i) => decodeTime(first + i + 1) - decodeTime(first + i),
  );
  return durations.sort((a, b) => a - b)[count >> 1] ?? 0;
}

function roundToCommon(rate: number): string | undefined {
  const near = COMMON_RATES.find(([n, d]) => Math.abs(rate * d / n - 1) < MAX_DEVIATION);
  return near && formatFraction(near);
}

/** Rounds to thousandths, of the duration if that is longer than a second. */
function formatRate(rate: number): string {
  return rate < 1
    ? formatFraction([1000, Math.round(1000 / rate)])
    : formatFraction([Math.round(rate * 1000), 1000]);
}

function formatFraction([n, d]: readonly [number, number]): string {
  const divisor = gcd(n, d);
  return d === divisor ? `${n / divisor}` : `${n / divisor}/${d / divisor}`;
}
