/** Boundaries: the times at which segments should start (docs/design/timing.md). */

import { rescaleUp } from "../time.ts";
import type { Timeline } from "./segment_timeline.ts";

/** Segment starts of a reference rendition, then multiples of the segment duration. */
export interface Boundaries {
  readonly times: ArrayLike<number>;
  readonly timescale: number;
  /** Segment duration in microseconds, so that 1.92 s has exact multiples. */
  readonly step: number;
  /** End of the reference, in ticks of `timescale`; absent without one. */
  readonly end?: number;
}

/** In seconds. A shorter last segment is joined to the one before it. */
export const MIN_LAST_SEGMENT = 0.5;

const MICROSECONDS = 1e6;

/** Returns the multiples of a segment duration in seconds. */
export function buildRegularBoundaries(segmentDuration: number): Boundaries {
  return { times: [], timescale: 1, step: Math.round(segmentDuration * MICROSECONDS) };
}

export function getReferenceBoundaries(
  { timing }: { readonly timing: { readonly timescale: number } },
  { firstSampleTimes, times }: Pick<Timeline, "firstSampleTimes" | "times">,
  { step }: Boundaries,
): Boundaries {
  return {
    times: firstSampleTimes.subarray(1),
    timescale: timing.timescale,
    step,
    end: times.at(-1)!,
  };
}

/**
 * Returns a function that finds the first boundary after a time, in ticks of `to`. Calls must not go back in time.
 */
export function createBoundaryFinder(
  { times, timescale, step }: Boundaries,
  to: number,
): (time: number) => number {
  let at = 0;
  return (time) => {
    for (; at < times.length; at++) {
      const next = rescaleUp(times[at]!, timescale, to);
      if (next > time) return next;
    }
    const passed = Math.floor(time / to * MICROSECONDS / step + 1e-9);
    const next = rescaleUp((passed + 1) * step, MICROSECONDS, to);
    return next > time ? next : rescaleUp((passed + 2) * step, MICROSECONDS, to); // the division has rounded down
  };
}
