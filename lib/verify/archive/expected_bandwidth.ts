/** Bandwidths of a channel: of all segments of a broadcast so far, measured block by block (docs/design/archive.md). */

import type { Block } from "../../archive/block.ts";
import type { Report } from "../findings.ts";
import {
  type MeasuredBandwidth,
  measureSpans,
  type SizedSpan,
} from "../manifests/measured_bandwidth.ts";
import type { ExpectedPeriod } from "./expected_broadcast.ts";
import type { PeriodContents, SegmentContents, TrackContents } from "./archive_contents.ts";

const MICROSECONDS = 1e6;

/** In bit/s. */
const ROUNDING = 2;

/** What blocks state: sums of all segments, in bytes and µs, and the greatest rate in bit/s. */
type Rates = NonNullable<TrackContents["rates"]>;

/** What manifests declare of a rendition. */
export interface ExpectedBandwidth extends MeasuredBandwidth {
  /** True if more segments are listed than were measured: the peak may be greater, and the average another one. */
  readonly isGrown: boolean;
  /** Peak of its segments of MPEG-TS or of packed audio; undefined if these were not built. */
  readonly tsPeak: number | undefined;
}

/** Finds what is declared of a rendition of a period, by its number; undefined for one that was not measured. */
export type BandwidthFinder = (period: number, rendition: string) => ExpectedBandwidth | undefined;

/** Peaks of segments of MPEG-TS by rendition, by the number of the period. */
export type TsPeaks = ReadonlyMap<number, ReadonlyMap<string, number>>;

/** @param listed what a server lists */
export function createBandwidthFinder(
  periods: readonly PeriodContents[],
  listed: readonly ExpectedPeriod[],
  tsPeaks: TsPeaks,
): BandwidthFinder {
  return (number, name) => {
    const period = periods.find((period) => period.number === number);
    const track = period?.tracks.find(({ track }) => track.name === name);
    const shown = listed.find((period) => period.number === number)?.renditions
      .find((rendition) => rendition.name === name);
    if (!period || !track || !shown) return undefined;
    const end = track.ordinal! + track.segments.at(-1)!.ordinal;
    return {
      ...measureTrack(track, period),
      isGrown: shown.firstOrdinal + shown.segments.length - 1 > end,
      tsPeak: tsPeaks.get(number)?.get(name),
    };
  };
}

/** Returns the peak of segments of which sizes are known, in the order of the archive. */
export function measureTsPeak(
  { segments, track: { timescale } }: TrackContents,
  sizes: readonly (number | undefined)[],
  target: number,
): number {
  const spans = segments.flatMap((segment, i) => {
    const bytes = sizes[i];
    return bytes === undefined ? [] : [{ bytes, seconds: getSeconds(segment, timescale) }];
  });
  return measureSpans(spans, target).peak;
}

function measureTrack(
  track: TrackContents,
  { blocks, target }: Pick<PeriodContents, "blocks" | "target">,
): MeasuredBandwidth {
  const { peak, bytes, duration } = addSegments(track, listOwn(track, blocks.at(-1)!), target);
  return {
    peak: Math.max(peak, track.track.bandwidth ?? 0),
    average: duration > 0 ? Math.ceil(8 * MICROSECONDS * bytes / duration) : 0,
  };
}

/** Returns true if a manifest may declare a peak or an average. */
export function isNearBandwidth(got: number, expected: number): boolean {
  return Math.abs(got - expected) <= ROUNDING + 1e-6 * expected;
}

/** Returns true if a manifest may declare a peak. */
export function isExpectedPeak(got: number, { peak, isGrown }: ExpectedBandwidth): boolean {
  return isNearBandwidth(got, peak) || isGrown && got > peak;
}

/**
 * Compares the rates that a block states with the segments before it. The last segment may have been closed after the block was
 * begun.
 *
 * @param before the period of the block before, of the same broadcast
 */
export function checkRates(
  { tracks }: Pick<Block, "tracks">,
  before: PeriodContents,
  reportAt: (rendition: string) => Report,
): void {
  for (const { name, rates } of tracks) {
    const known = before.tracks.find(({ track }) => track.name === name);
    const report = reportAt(name);
    if (!known) {
      if (rates) report("bandwidth", "it has rates of blocks before, expected none");
      continue;
    }
    const all = listOwn(known, before.blocks.at(-1)!);
    const [most, least] = [all, all.slice(0, -1)].map((own) =>
      addSegments(known, own, before.target)
    );
    for (const key of ["peak", "bytes", "duration"] as const) {
      const got = rates?.[key] ?? 0;
      const isBetween = got >= least![key] - all.length - ROUNDING &&
        got <= most![key] + all.length + ROUNDING; // each duration is rounded
      if (!isBetween) report("bandwidth", `${key} so far is ${got}, expected ${most![key]}`);
    }
  }
}

/** Segments whose records are in a block. */
function listOwn({ segments }: TrackContents, block: number): SegmentContents[] {
  return segments.filter((segment) => segment.block === block);
}

/** Runs of segments over two blocks are not measured, nor what comes before the target duration is fixed. */
function addSegments(
  { rates, track: { timescale } }: TrackContents,
  own: readonly SegmentContents[],
  target: number | undefined,
): Rates {
  const { peak, bytes, duration } = rates ?? { peak: 0, bytes: 0, duration: 0 };
  const spans = own.map((segment): SizedSpan => ({
    bytes: segment.bytes,
    seconds: getSeconds(segment, timescale),
  }));
  const measured = target === undefined ? 0 : measureSpans(spans, target).peak;
  return {
    peak: Math.max(peak, measured),
    bytes: bytes + spans.reduce((sum, span) => sum + span.bytes, 0),
    duration: duration + spans.reduce((sum, { seconds }) => sum + MICROSECONDS * seconds, 0),
  };
}

function getSeconds({ decodeTime, decodeEnd }: SegmentContents, timescale: number): number {
  return (decodeEnd - decodeTime) / timescale;
}
