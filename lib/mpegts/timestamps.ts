/** Timestamps of MPEG-TS and packed audio (13818-1 §2.4.2.2, docs/design/timing.md). */

import { rescale } from "../time.ts";

export const PCR_HZ = 90000;

/** Decode times before the first presentation time must not be negative. */
export const TIMESTAMP_OFFSET = 10 * PCR_HZ;

/** Converts a time to a timestamp, of which 33 bits are written. */
export function toTsTime(time: number, timescale: number): number {
  return rescale(time, timescale, PCR_HZ) + TIMESTAMP_OFFSET;
}

/**
 * Returns timestamps that differ, in the order of presentation: ffmpeg presents a frame at its decode time, and all that follow it, after
 * two have been presented at the same time.
 *
 * @param presentationTimes of the samples, and that of the next one, in ticks of the timescale
 */
export function separateTsTimes(
  presentationTimes: readonly number[],
  next: number,
  timescale: number,
): Float64Array {
  const order = [...presentationTimes.keys()]
    .sort((a, b) => presentationTimes[a]! - presentationTimes[b]!);
  const times = Float64Array.from(presentationTimes, (time) => toTsTime(time, timescale));
  let last = -Infinity;
  for (const i of order) times[i] = last = Math.max(times[i]!, last + 1);
  const isFollowing = next < Infinity && order.every((i) => presentationTimes[i]! < next);
  let limit = isFollowing ? toTsTime(next, timescale) : Infinity;
  for (const i of order.toReversed()) times[i] = limit = Math.min(times[i]!, limit - 1);
  return times;
}

/** Ticks from arrival (PCR) to decoding (DTS), in which the decoder's buffer fills. */
const BUFFER_DELAY = 0.7 * PCR_HZ;

/** In ticks; at most 100 ms (13818-1 §2.7.2). */
const PCR_INTERVAL = 0.09 * PCR_HZ;

/** Between two access units, which may be hours apart. */
const MAX_PCRS = 1000;

export function toPcr(dts: number): number {
  return dts - BUFFER_DELAY;
}

/** Computes the PCRs between decode times further apart than the interval. */
export function computePcrs(dts: number, next: number): number[] {
  const count = countPcrs(dts, next);
  const step = (next - dts) / (count + 1);
  return Array.from({ length: count }, (_, i) => toPcr(Math.round(dts + (i + 1) * step)));
}

export function countPcrs(dts: number, next: number): number {
  return Math.min(MAX_PCRS, Math.max(0, Math.ceil((next - dts) / PCR_INTERVAL) - 1));
}

/** Returns whether `countPcrs()` may exceed 0, rounding included. */
export function mayNeedPcrs(duration: number, timescale: number): boolean {
  return duration * PCR_HZ > (PCR_INTERVAL - 2) * timescale;
}
