/** What manifests of a channel list, from the records of its archive. */

import type { Broadcast, BroadcastPeriod } from "../../presentation/broadcast.ts";
import type { MediaRendition } from "../../presentation/presentation.ts";
import type { ArchiveContents, PeriodContents, TrackContents } from "./archive_contents.ts";

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

/** Returns the periods of a window, or all if it is undefined. Seconds of segments count back from the end of the last one. */
export function expectPeriods(
  served: readonly PeriodContents[],
  window: number | undefined,
): ExpectedPeriod[] {
  const limit = window === undefined ? -Infinity : findEdge(served) - MICROSECONDS * window;
  return served.flatMap((period, i) => {
    const isLast = i === served.length - 1;
    if (!isLast && findEdge([period]) <= limit) return [];
    return [{
      number: period.number!,
      start: period.start,
      renditions: period.tracks.map((track) => expectRendition(period, track, limit)),
    }];
  });
}

function findEdge(periods: readonly PeriodContents[]): number {
  return periods.reduce((edge, { start, tracks }) =>
    tracks.reduce((max, { track, segments }) => {
      const end = segments.at(-1)!.end / track.timescale;
      return Math.max(max, start + MICROSECONDS * end);
    }, edge), -Infinity);
}

function expectRendition(
  { start }: PeriodContents,
  { track, ordinal, segments }: TrackContents,
  limit: number,
): ExpectedRendition {
  const { name, type, timescale } = track;
  const ticks = (limit - start) / MICROSECONDS * timescale;
  const first = segments.findIndex(({ end }, i) => end > ticks || i === segments.length - 1);
  return {
    ...{ name, type, timescale },
    firstOrdinal: ordinal! + segments[first]!.ordinal,
    segments: segments.slice(first).map((segment) => ({
      ...segment,
      time: segment.ordinal === 0 ? Math.max(0, segment.time) : segment.time,
    })),
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
