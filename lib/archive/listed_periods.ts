/** Which periods and segments of a broadcast manifests list. */

import { MAX_SEGMENTS } from "../presentation/segment_timeline.ts";
import type { BlockTrack } from "./block.ts";

/** Returns the seconds of a window with no more segments than a manifest can list. */
export function limitWindow(window: number, target = 1): number {
  return Math.min(window, target * MAX_SEGMENTS);
}

/** What decides which periods one manifest can list. */
interface PeriodOutline {
  readonly start: number;
  readonly renditions: readonly { readonly track: Pick<BlockTrack, "name" | "type"> }[];
}

/**
 * Selects the newest periods that one manifest can list: their starts rise, and they have the same renditions.
 */
export function selectListedPeriods<Period extends PeriodOutline>(
  periods: readonly Period[],
): Period[] {
  return selectNewest(periods, (period) => period);
}

/** Selects as `selectListedPeriods()`. @param outline what decides it of a period */
export function selectNewest<Period>(
  periods: readonly Period[],
  outline: (period: Period) => PeriodOutline,
): Period[] {
  let first = periods.length - 1;
  while (first > 0 && mayPrecede(outline(periods[first - 1]!), outline(periods[first]!))) {
    first--;
  }
  return periods.slice(Math.max(0, first));
}

/** Returns true if one manifest can list two periods that follow one another. */
export function mayPrecede(period: PeriodOutline, next: PeriodOutline): boolean {
  return period.start < next.start && describeRenditions(period) === describeRenditions(next);
}

function describeRenditions({ renditions }: PeriodOutline): string {
  return renditions.map(({ track: { name, type } }) => `${name} ${type}`).sort().join();
}
