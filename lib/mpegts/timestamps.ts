/** Timestamps of MPEG-TS and packed audio: ticks of 90 kHz (13818-1 §2.4.2.2), 10 s ahead of the presentation (docs/design/timing.md). */

import { rescale } from "../time.ts";

/** Frequency of PTS, DTS and the base of the PCR. */
export const PCR_HZ = 90000;

/** Added to all times, since decode times before the first presentation time must not be negative. */
export const TIMESTAMP_OFFSET = 10 * PCR_HZ;

/** Converts a decode or presentation time to a timestamp, of which 33 bits are written. */
export function toTsTime(time: number, timescale: number): number {
  return rescale(time, timescale, PCR_HZ) + TIMESTAMP_OFFSET;
}

/** Delay from arrival (PCR) to decoding (DTS), in ticks, in which the buffer of a decoder fills. */
const BUFFER_DELAY = 0.7 * PCR_HZ;

/** PCRs are at most 100 ms apart (13818-1 §2.7.2). In ticks. */
const PCR_INTERVAL = 0.09 * PCR_HZ;

/** Between two access units, which may be hours apart. */
const MAX_PCRS = 1000;

/** Returns the PCR at the arrival of an access unit. */
export function toPcr(dts: number): number {
  return dts - BUFFER_DELAY;
}

/** Computes PCRs between two decode times that are further apart than the interval. */
export function computePcrs(dts: number, next: number): number[] {
  const count = countPcrs(dts, next);
  const step = (next - dts) / (count + 1);
  return Array.from({ length: count }, (_, i) => toPcr(Math.round(dts + (i + 1) * step)));
}

/** Returns the length of `computePcrs()`. */
export function countPcrs(dts: number, next: number): number {
  return Math.min(MAX_PCRS, Math.max(0, Math.ceil((next - dts) / PCR_INTERVAL) - 1));
}

/** Returns whether `countPcrs()` may exceed 0 for a sample of this duration, rounding included. */
export function mayNeedPcrs(duration: number, timescale: number): boolean {
  return duration * PCR_HZ > (PCR_INTERVAL - 2) * timescale;
}
