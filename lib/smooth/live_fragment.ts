/** Fragments of channels ([MS-SSTR] §2.2.4). */

import { RequestError } from "../errors.ts";
import { getMdatHeaderSize } from "../mp4/mdat.ts";
import type { Tfxd } from "../mp4/smooth_moof.ts";
import type { Broadcast } from "../presentation/broadcast.ts";
import { SegmentProtection } from "../presentation/segment_protection.ts";
import { countSegments } from "../presentation/segment_timeline.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { planLiveSmoothFragment } from "./fragment.ts";
import { getOwnName, LOOK_AHEAD } from "./live_listing.ts";
import {
  describePeriods,
  findExact,
  findNearest,
  getStart,
  isContinuedBy,
  type PeriodLevel,
  type PeriodStream,
  type SmoothPeriod,
} from "./live_streams.ts";

export interface BroadcastFragment {
  readonly stream: string;
  readonly bitrate: number;
  readonly time: number;
}

/**
 * Plans a fragment, which is the same for all time: it is found when two more exist.
 *
 * @throws RequestError `NOT_FOUND` for a fragment that is not found; MediaError as `planSmoothFragment()`
 */
export function planBroadcastFragment(
  broadcast: Broadcast,
  fragment: BroadcastFragment,
): SegmentPlan {
  const periods = describePeriods(broadcast);
  const found = findFragment(periods, fragment);
  const next = found && listNext(periods, found);
  const isFinal = found && next &&
    (next.length === LOOK_AHEAD || !mayContinue(broadcast, periods, found));
  if (!found || !next || !isFinal) {
    const { stream, bitrate, time } = fragment;
    const what = `a fragment of '${stream}' at ${time} with ${bitrate} bit/s`;
    throw new RequestError("NOT_FOUND", `Cannot find ${what}`);
  }
  const { period, level: { rendition, firstOrdinal }, index } = found;
  const { origin, presentation } = periods[period]!;
  const protection = SegmentProtection.decide(presentation, rendition, "smooth")!;
  const sequence = firstOrdinal + index;
  return planLiveSmoothFragment(rendition, { index, origin, sequence, next }, protection);
}

/**
 * Plans the moof of a fragment, which names the next ones.
 *
 * @throws as `planBroadcastFragment()`
 */
export function planFragmentInfo(
  broadcast: Broadcast,
  fragment: BroadcastFragment,
): SegmentPlan {
  const { type, header, ranges } = planBroadcastFragment(broadcast, fragment);
  const dataSize = ranges.reduce((sum, { size }) => sum + size, 0);
  const moof = header.subarray(0, header.length - getMdatHeaderSize(dataSize));
  return { type, header: moof, ranges: [] };
}

interface FoundFragment {
  /** Index of the period. */
  readonly period: number;
  readonly stream: PeriodStream;
  readonly level: PeriodLevel;
  /** Index of the segment in its timeline. */
  readonly index: number;
}

/** Where periods overlap, since the clock was set back, manifests list the newer one. */
function findFragment(
  periods: readonly SmoothPeriod[],
  { stream: name, bitrate, time }: BroadcastFragment,
): FoundFragment | undefined {
  for (let period = periods.length - 1; period >= 0; period--) {
    const { origin, streams } = periods[period]!;
    for (const stream of streams) {
      const level = stream.levels.find((level) =>
        level.bitrate === bitrate && (name === stream.name || name === getOwnName(stream, level))
      );
      const index = level ? findSegment(stream, level, time - origin) : -1;
      if (level && index >= 0) return { period, stream, level, index };
    }
  }
  return undefined;
}

/** Streams list the times of one of their levels: those of the others differ by the tolerance at most. */
function findSegment({ levels }: PeriodStream, { rendition }: PeriodLevel, time: number): number {
  const own = findExact(rendition, time);
  if (own >= 0) return own;
  const isListed = levels.some(({ rendition }) => findExact(rendition, time) >= 0);
  return isListed ? findNearest(rendition, time) : -1;
}

/** Lists the next fragments of the level, up to the look-ahead. */
function listNext(
  periods: readonly SmoothPeriod[],
  { period, stream, level, index }: FoundFragment,
): Tfxd[] {
  const next: Tfxd[] = [];
  const start = periods[period]!.origin + getStart(level.rendition, index);
  for (let i = period; i < periods.length; i++) {
    if (i > period && !isContinuedBy(periods[i - 1]!, periods[i]!)) break;
    const { origin, streams } = periods[i]!;
    const found = streams.find(({ name }) => name === stream.name)!.levels
      .find(({ bitrate }) => bitrate === level.bitrate)!;
    const { rendition } = found;
    for (let j = i === period ? index + 1 : 0; j < countSegments(rendition.timeline); j++) {
      const time = origin + getStart(rendition, j);
      if (time <= start) continue; // of a period that starts before the end of the one before it
      if (next.length === LOOK_AHEAD) return next;
      next.push({ time, duration: origin + getStart(rendition, j + 1) - time });
    }
  }
  return next;
}

/** Returns false if no fragments will follow those of the period. */
function mayContinue(
  { isLive }: Broadcast,
  periods: readonly SmoothPeriod[],
  { period }: FoundFragment,
): boolean {
  const rest = periods.slice(period);
  return isLive && rest.every((next, i) => i === 0 || isContinuedBy(rest[i - 1]!, next));
}
