/** Expected decode times (docs/design/timing.md), independent of presentation/decode_times.ts. */

import type { SampleTable } from "../../mp4/samples/sample_table.ts";

const FRAMES = 16;
const SECONDS = 8;
const MEDIAN_SAMPLES = 255;
const MAX_MEASURED = 2 ** 20;

/** Returns the decode time of each sample of video, and the end, in ticks of the track. */
export function computeDecodeTimes(
  samples: Pick<SampleTable, "count" | "decodeTime" | "compositionOffset">,
  timescale: number,
): Float64Array {
  const { count } = samples;
  const own = Float64Array.from({ length: count + 1 }, (_, i) => samples.decodeTime(i));
  const composed = own.subarray(0, count).map((time, i) => time + samples.compositionOffset(i));
  const due = computeDueTimes(composed);
  const waits = due.map((time, i) => time - own[i]!);
  const [shortest, longest] = [getLeast(waits), -getLeast(waits.map((wait) => -wait))];
  const longestOffset = -getLeast(composed.map((time, i) => own[i]! - time));
  const reordering = FRAMES * getMedianDuration(own);
  const usual = Math.min(
    getUsual(waits),
    shortest + Math.min(reordering, SECONDS * timescale),
  );
  const isLate = longestOffset - usual > reordering ||
    longest - Math.min(0, shortest) > SECONDS * timescale;
  if (!isLate) return own;
  const end = -getLeast(composed.map((time) => -time)) + own[count]! - own[count - 1]!;
  const times = own.map((time, i) => Math.max(time, (i < count ? due[i]! : end) - usual));
  for (let i = count - 1; i >= 0; i--) times[i] = Math.min(times[i]!, times[i + 1]! - 1);
  return times;
}

/** Returns when each sample must be decoded at the latest: before it and all that follow it are presented. */
function computeDueTimes(composed: Float64Array): Float64Array {
  const due = composed.slice();
  for (let i = due.length - 2; i >= 0; i--) due[i] = Math.min(due[i]!, due[i + 1]!);
  return due;
}

function getMedianDuration(times: Float64Array): number {
  const durations = new Float64Array(MEDIAN_SAMPLES);
  for (let i = 0; i < MEDIAN_SAMPLES; i++) {
    const sample = Math.floor(i / MEDIAN_SAMPLES * (times.length - 1));
    durations[i] = times[sample + 1]! - times[sample]!;
  }
  return durations.sort()[127]!;
}

/** Returns the 90th percentile. */
function getUsual(waits: Float64Array): number {
  const step = Math.ceil(waits.length / MAX_MEASURED);
  const measured = waits.filter((_, i) => i % step === 0).sort();
  return measured[Math.ceil(0.9 * measured.length) - 1]!;
}

function getLeast(values: Float64Array): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}
