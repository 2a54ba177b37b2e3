/** Times in transport streams and packed audio: ticks of 90 kHz (13818-1 §2.4.2.2), 10 s ahead of the presentation's. */

import { rescale } from "../time.ts";

/** Ticks a second of PTS, DTS and PCR's base. */
export const CLOCK = 90000;

/** Decode times lie before the first picture, and must not be negative. */
export const AHEAD = 10 * CLOCK;

/** A decode or presentation time as a timestamp; 33 bits of it are written. */
export function streamTime(time: number, timescale: number): number {
  return rescale(time, timescale, CLOCK) + AHEAD;
}
