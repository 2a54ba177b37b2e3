/** Expected decode times (docs/design/timing.md), independent of presentation/decode_times.ts. */

import type { SampleTable } from "../../mp4/samples/sample_table.ts";

const FRAMES = 16;
const SECONDS = 8;
const MEDIAN_SAMPLES = 255;
const MAX_MEASURED = 2 ** 20;

/**
 * Returns the decode time of each sample of video, and the end, in ticks of the track.
 *
 * @param isHidden whether a sample is not presented, so that its times show nothing about the encoder
 */
export function computeDecodeTimes(
  samples: Pick<SampleTable, "count" | "decodeTime" | "compositionOffset">,
  timescale: number,
  isHidden = (_: number) => false,
): Float64Array {
  const { count } = samples;
  const own = Float64Array.from({ length: count + 1 }, (_, i) => samples.decodeTime(i));
  const composed = own.subarray(0, count).map((time, i) => time + samples.compositionOffset(i));
  const due = computeDueTimes(composed);
  const isShown = (_: number, i: number) => !isHidden(i);
  const allWaits = due.map((time, i) => time - own[i]!);
  const waits = allWaits.filter(isShown);
  if (waits.length === 0) return own;
  const [shortest, longest] = [getLeast(allWaits), -getLeast(waits.map((wait) => -wait))];
  const longestOffset = -getLeast(composed.map((time, i) => own[i]! - time).filter(isShown));
  const reordering = FRAMES * getMedianDuration(listDurations(own).filter(isShown));
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

function listDurations(times: Float64Array): Float64Array {
  return times.subarray(1).map((time, i) => time - times[i]!);
}

function getMedianDuration(durations: Float64Array): number {
  const measured = Float64Array.from(
    { length: MEDIAN_SAMPLES },
    (_, i) => durations[Math.floor(i / MEDIAN_SAMPLES * durations.length)]!,
  );
  return measured.sort()[127]!;
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
