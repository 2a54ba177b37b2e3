/** Fragments that the manifest of a broadcast lists. */

import { findMin } from "../extremes.ts";
import { areAlignedSoFar } from "../presentation/live_alignment.ts";
import type { MediaRendition } from "../presentation/presentation.ts";
import { countSegments, TOLERANCE } from "../presentation/segment_timeline.ts";
import {
  getStart,
  type PeriodLevel,
  type PeriodStream,
  type SmoothPeriod,
} from "./live_streams.ts";
import type { ListedStream } from "./manifest.ts";
import { moveDefaultsFirst } from "./streams.ts";

/** A fragment is listed when as many follow, which it names. */
export const LOOK_AHEAD = 2;

/** Fragments of another stream from which on one without fragments is no longer waited for. */
const MAX_AHEAD = 3;

/**
 * Lists the streams of periods that continue each other; undefined before there are fragments.
 *
 * @param isOpen true if fragments will follow
 */
export function listStreams(
  periods: readonly SmoothPeriod[],
  isOpen: boolean,
): ListedStream[] | undefined {
  const { streams, presentation } = periods.at(-1)!;
  const listed = streams.flatMap((stream, index) => {
    const levels = stream.levels.filter(({ rendition }) =>
      presentation.renditions.has(rendition.name)
    );
    return groupAligned(levels, periods, index).map((group, i) => {
      const { type, language, role, set } = stream;
      const name = i === 0 ? stream.name : getOwnName(stream, group[0]!);
      const runs = listRuns(periods.map((period) => findLevels(period, index, group)), isOpen);
      return { set, stream: { type, name, language, role, levels: group, runs } };
    });
  });
  const counts = listed.map(({ stream: { runs } }) => countFragments(runs));
  const isAwaited = isOpen && counts.includes(0) && counts.every((count) => count < MAX_AHEAD);
  const present = listed.filter((_, i) => counts[i]! > 0);
  if (isAwaited || present.length === 0) return undefined;
  return moveDefaultsFirst(present.map(({ stream }) => stream), present.map(({ set }) => set));
}

/** Name of the stream of a level whose segments do not start with those of the first one. */
export function getOwnName({ name }: PeriodStream, { rendition }: PeriodLevel): string {
  return `${name}_${rendition.name.replaceAll("=", "-")}`;
}

function countFragments(runs: readonly Float64Array[]): number {
  return runs.reduce((sum, times) => sum + times.length - 1, 0);
}

function findLevels(
  { origin, streams }: SmoothPeriod,
  stream: number,
  group: readonly PeriodLevel[],
): PeriodLevels {
  const names = new Set(group.map(({ rendition: { name } }) => name));
  const renditions = streams[stream]!.levels.map(({ rendition }) => rendition);
  return { origin, renditions: renditions.filter(({ name }) => names.has(name)) };
}

/** Groups levels whose segments start together in all periods. */
function groupAligned(
  levels: readonly PeriodLevel[],
  periods: readonly SmoothPeriod[],
  stream: number,
): PeriodLevel[][] {
  const groups: PeriodLevel[][] = [];
  for (const level of levels) {
    const group = groups.find(([first]) =>
      periods.every((period) =>
        areAlignedSoFar(findLevels(period, stream, [first!, level]).renditions)
      )
    );
    if (group) group.push(level);
    else groups.push([level]);
  }
  return groups;
}

interface PeriodLevels {
  readonly origin: number;
  readonly renditions: readonly MediaRendition[];
}

/** Segments of the first of some renditions. */
interface SharedSegments {
  readonly first: number;
  readonly end: number;
}

/** Finds the segments that all of some aligned renditions have. */
function findShared(renditions: readonly MediaRendition[]): SharedSegments {
  const start = renditions.reduce(
    (max, { timeline, timing }) => Math.max(max, timeline.times[0]! / timing.timescale),
    0,
  );
  const firsts = renditions.map((rendition) => findFirst(rendition, start));
  const counts = renditions.map(({ timeline }, i) => countSegments(timeline) - firsts[i]!);
  return { first: firsts[0]!, end: firsts[0]! + findMin(counts) };
}

/** @param start in seconds */
function findFirst({ timeline, timing }: MediaRendition, start: number): number {
  const earliest = (start - TOLERANCE) * timing.timescale;
  const index = timeline.times.findIndex((time) => time >= earliest);
  return index < 0 ? countSegments(timeline) : Math.min(index, countSegments(timeline));
}

/** Returns the fragments of each period that has some. They end where those of the next one start, at the latest. */
function listRuns(periods: readonly PeriodLevels[], isOpen: boolean): Float64Array[] {
  const runs: Float64Array[] = [];
  let limit = Infinity;
  for (const period of periods.toReversed()) {
    const times = endBefore(toTicks(period), limit);
    const isExact = Number.isSafeInteger(times.at(-1)); // not of an encoder that is in another century
    if (times.length < 2 || !isExact) continue;
    runs.unshift(times);
    limit = times[0]!;
  }
  return isOpen ? dropLast(runs, LOOK_AHEAD) : runs;
}

/** Starts of the fragments that all renditions have, and the end of the last one. */
function toTicks({ origin, renditions }: PeriodLevels): Float64Array {
  const { first, end } = findShared(renditions);
  const length = end - first + 1;
  return Float64Array.from({ length }, (_, i) => origin + getStart(renditions[0]!, first + i));
}

function endBefore(times: Float64Array, limit: number): Float64Array {
  if (!(times.at(-1)! > limit)) return times;
  const count = times.findIndex((time) => time >= limit);
  const ended = times.slice(0, count + 1);
  ended[count] = limit;
  return ended;
}

function dropLast(runs: readonly Float64Array[], count: number): Float64Array[] {
  const left = [...runs];
  for (let rest = count; rest > 0 && left.length > 0;) {
    const times = left.pop()!;
    if (times.length - 1 > rest) left.push(times.subarray(0, times.length - rest));
    rest -= times.length - 1;
  }
  return left;
}
