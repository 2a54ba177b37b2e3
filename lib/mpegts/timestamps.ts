/** Times in transport streams and packed audio: ticks of 90 kHz (13818-1 §2.4.2.2), 10 s ahead of the presentation's. */

import { rescale } from "../time.ts";

/** Ticks a second of PTS, DTS and PCR's base. */
export const PCR_HZ = 90000;

/** Decode times lie before the first picture, and must not be negative. */
export const TIMESTAMP_OFFSET = 10 * PCR_HZ;

/** A decode or presentation time as a timestamp; 33 bits of it are written. */
export function toTsTime(time: number, timescale: number): number {
  return rescale(time, timescale, PCR_HZ) + TIMESTAMP_OFFSET;
}

/** By how much the programme clock is behind decoding, in ticks: time for a decoder's buffer to fill. */
const DELAY = 0.7 * PCR_HZ;

/** The clock is said at least every 100 ms (13818-1 §2.7.2); so far apart when nothing else is sent. */
const STEP = 0.09 * PCR_HZ;

/** Through a picture that is shown for hours, the clock is said no more often than this. */
const MAX_PCRS = 1000;

/** The programme clock when what is decoded at `dts` arrives. */
export function toPcr(dts: number): number {
  return dts - DELAY;
}

/** Clocks to say between two decode times, where they are further apart than clocks may be. */
export function computePcrs(dts: number, next: number): number[] {
  const count = countPcrs(dts, next);
  const step = (next - dts) / (count + 1);
  return Array.from({ length: count }, (_, i) => toPcr(Math.round(dts + (i + 1) * step)));
}

/** How many these are. */
export function countPcrs(dts: number, next: number): number {
  return Math.min(MAX_PCRS, Math.max(0, Math.ceil((next - dts) / STEP) - 1));
}

/** Whether there may be any within a sample that lasts for `duration`, whatever rounding does to its times. */
export function mayNeedPcrs(duration: number, timescale: number): boolean {
  return duration * PCR_HZ > (STEP - 2) * timescale;
}
