/** What manifests of a channel list, from the records of its archive. */

import { findMax } from "../../extremes.ts";
import type { Broadcast, BroadcastPeriod } from "../../presentation/broadcast.ts";
import type { MediaRendition } from "../../presentation/presentation.ts";
import type {
  ArchiveContents,
  PeriodContents,
  SegmentContents,
  TrackContents,
} from "./archive_contents.ts";

/** Times in the timescale, from the start of the period. */
export interface ExpectedSegment {
  /** Presentation times. */
  readonly time: number;
  readonly end: number;
  readonly decodeTime: number;
  readonly decodeEnd: number;
}

export interface ExpectedRendition {
  readonly name: string;
  readonly type: "video" | "audio";
  readonly timescale: number;
  /** In the channel, of the first segment. */
  readonly firstOrdinal: number;
  readonly segments: readonly ExpectedSegment[];
}

export interface ExpectedPeriod {
  readonly number: number;
  /** UTC in µs. */
  readonly start: number;
  readonly renditions: readonly ExpectedRendition[];
}

const MICROSECONDS = 1e6;

/** Viewers get the periods of the newest broadcast that are counted, back to the first after which all can be in one manifest. */
export function findServedPeriods(
  { periods, targets }: Pick<ArchiveContents, "periods" | "targets">,
): PeriodContents[] {
  const served = periods.filter((period) =>
    isServed(period) && targets.has(period.broadcast.number)
  );
  const newest = served.at(-1)?.broadcast.number;
  const all = served.filter(({ broadcast }) => broadcast.number === newest);
  const canPrecede = (period: PeriodContents, next: PeriodContents | undefined) =>
    !next || period.start < next.start && describe(period) === describe(next);
  const first = all.findLastIndex((period, i) => !canPrecede(period, all[i + 1]));
  return all.slice(first + 1);
}

/** Viewers get periods that are counted. */
export function isServed({ number, tracks }: PeriodContents): boolean {
  return number !== undefined && tracks.every(({ segments }) => segments.length > 0);
}

function describe({ tracks }: PeriodContents): string {
  return tracks.map(({ track: { name, type } }) => `${name} ${type}`).sort().join();
}

/**
 * Returns the periods of a window, or all if it is undefined, and their segments that end less than the window before the end of
 * their period, or of a later one.
 */
export function expectPeriods(
  served: readonly PeriodContents[],
  window: number | undefined,
): ExpectedPeriod[] {
  const expected: ExpectedPeriod[] = [];
  let edge = -Infinity;
  for (const period of served.toReversed()) {
    const end = findEnd(period);
    edge = Math.max(edge, end);
    const limit = window === undefined ? -Infinity : edge - MICROSECONDS * window;
    if (end <= limit && expected.length > 0) break;
    expected.unshift(expectPeriod(period, limit));
  }
  return expected;
}

/** UTC of the end of all segments, in µs. */
function findEnd({ start, tracks }: PeriodContents): number {
  const ends = tracks.map(({ track, segments }) => segments.at(-1)!.end / track.timescale);
  return start + MICROSECONDS * findMax(ends);
}

/** Other tracks than the first video track start their segments up to a sample later. In seconds. */
const TRACK_TOLERANCE = 0.25;

function expectPeriod({ number, start, tracks }: PeriodContents, limit: number): ExpectedPeriod {
  const leader = tracks.find(({ track }) => track.type === "video") ?? tracks[0]!;
  const leaderStart = findStart(leader, limit > start ? (limit - start) / MICROSECONDS : -Infinity);
  return {
    number: number!,
    start,
    renditions: tracks.map((track) => {
      if (track === leader) return expectRendition(track, leaderStart.index);
      const { index } = findStart(
        track,
        limit > start ? leaderStart.seconds + TRACK_TOLERANCE : -Infinity,
      );
      return expectRendition(track, index);
    }),
  };
}

/** Finds the first segment that ends after a time of the period, else the last one. */
function findStart({ track, segments }: TrackContents, after: number) {
  const { timescale } = track;
  const found = segments.findIndex(({ end }) => end > after * timescale);
  const index = found < 0 ? segments.length - 1 : found;
  return { index, seconds: getTime(segments[index]!) / timescale };
}

function getTime({ ordinal, time }: SegmentContents): number {
  return ordinal === 0 ? Math.max(0, time) : time;
}

function expectRendition(
  { track, ordinal, segments }: TrackContents,
  first: number,
): ExpectedRendition {
  const { name, type, timescale } = track;
  return {
    ...{ name, type, timescale },
    firstOrdinal: ordinal! + segments[first]!.ordinal,
    segments: segments.slice(first).map((segment) => ({ ...segment, time: getTime(segment) })),
  };
}

/** Describes what a server lists, in the same shape. */
export function describeBroadcast({ periods }: Pick<Broadcast, "periods">): ExpectedPeriod[] {
  return periods.map(({ number, start, presentation, sequences }) => ({
    number,
    start,
    renditions: [...presentation.renditions.values()].filter(isMedia).map((rendition) => ({
      name: rendition.name,
      type: rendition.type as "video" | "audio",
      timescale: rendition.timing.timescale,
      firstOrdinal: sequences.get(rendition.name)?.firstOrdinal ?? 0,
      segments: describeSegments(rendition),
    })),
  }));
}

function describeSegments({ timeline }: MediaRendition): ExpectedSegment[] {
  const { times, decodeTimes } = timeline;
  return Array.from(times.subarray(0, -1), (time, i) => ({
    time,
    end: times[i + 1]!,
    decodeTime: decodeTimes[i]!,
    decodeEnd: decodeTimes[i + 1]!,
  }));
}

function isMedia(
  rendition: BroadcastPeriod["presentation"]["renditions"] extends ReadonlyMap<string, infer R> ? R
    : never,
): rendition is MediaRendition {
  return rendition.type === "video" || rendition.type === "audio";
}
