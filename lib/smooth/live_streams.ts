/** Streams of the periods of a broadcast, and their fragments. */

import { binarySearchLessOrEqual } from "../binary_search.ts";
import type { Broadcast, BroadcastPeriod } from "../presentation/broadcast.ts";
import type { MediaRendition, Presentation, SwitchingSet } from "../presentation/presentation.ts";
import { countSegments, TOLERANCE } from "../presentation/segment_timeline.ts";
import { rescale } from "../time.ts";
import {
  buildLevels,
  getCodecPrivateData,
  nameWholeSets,
  SMOOTH_TIMESCALE,
  type SmoothStream,
} from "./streams.ts";

const TICKS_PER_MICROSECOND = SMOOTH_TIMESCALE / 1e6;

const TOLERANCE_TICKS = TOLERANCE * SMOOTH_TIMESCALE;

/** A period in ticks since the epoch of its broadcast. */
export interface SmoothPeriod {
  readonly origin: number;
  /** Streams of the whole period, whatever is selected. */
  readonly streams: readonly PeriodStream[];
  /** All of the presentation, or a selection. */
  readonly presentation: Presentation;
}

/** A stream of one switching set: segments of its levels need not start together. */
export interface PeriodStream extends Pick<SmoothStream, "type" | "name" | "language" | "role"> {
  readonly set: SwitchingSet;
  readonly levels: readonly PeriodLevel[];
}

export interface PeriodLevel {
  readonly bitrate: number;
  readonly rendition: MediaRendition;
  /** Ordinal in the channel of the first segment of its timeline. */
  readonly firstOrdinal: number;
}

/** Describes all periods, oldest first. */
export function describePeriods({ epoch, periods }: Broadcast): SmoothPeriod[] {
  return periods.map((period) => ({
    origin: TICKS_PER_MICROSECOND * (period.start - epoch),
    streams: buildLiveStreams(period),
    presentation: period.presentation,
  }));
}

/** Players set up a decoder once: a level has the same configuration in all periods that are listed. */
export function isContinuedBy(period: SmoothPeriod, next: SmoothPeriod): boolean {
  const [before, after] = [period, next].map(({ streams }) => streams.map(identifyStream));
  return period.origin < next.origin && JSON.stringify(before) === JSON.stringify(after);
}

function buildLiveStreams({ derived, sequences }: BroadcastPeriod): PeriodStream[] {
  const bitrates = new Map(
    Array.from(sequences, ([name, { listedBandwidth }]) => [name, listedBandwidth]),
  );
  return derived.get(nameLiveStreams).map(({ set, type, name, language, renditions }) => ({
    ...{ set, type, name, language },
    role: renditions[0]!.role,
    levels: buildLevels(renditions, bitrates).map(({ bitrate, rendition }) => ({
      bitrate,
      rendition: rendition as MediaRendition,
      firstOrdinal: sequences.get(rendition.name)?.firstOrdinal ?? 1,
    })),
  }));
}

/** Channels have no subtitles. A value of `DerivedValues`. */
function nameLiveStreams(presentation: Presentation) {
  return nameWholeSets(presentation).filter(({ type }) => type !== "text");
}

function identifyStream({ type, name, language, levels }: PeriodStream): unknown[] {
  const configurations = levels.map(({ bitrate, rendition }) => {
    const configuration = getCodecPrivateData(rendition)!;
    return [bitrate, rendition.name, rendition.codec.smooth!.fourCC, configuration.toHex()];
  });
  return [type, name, language, configurations];
}

/** Start of a segment, in ticks since the time 0 of its period. */
export function getStart({ timeline, timing }: MediaRendition, index: number): number {
  return rescale(timeline.times[index]!, timing.timescale, SMOOTH_TIMESCALE);
}

/** Returns the segment that starts within the tolerance of a time in ticks since the time 0 of its period; or -1. */
export function findNearest(rendition: MediaRendition, time: number): number {
  const { timeline, timing } = rendition;
  const latest = rescale(time + TOLERANCE_TICKS, SMOOTH_TIMESCALE, timing.timescale);
  const index = binarySearchLessOrEqual(timeline.times, latest);
  const found = Math.min(index, countSegments(timeline) - 1);
  if (found < 0) return -1;
  return Math.abs(getStart(rendition, found) - time) <= TOLERANCE_TICKS ? found : -1;
}

/** Returns the segment that starts exactly at a time in ticks since the time 0 of its period; or -1. */
export function findExact(rendition: MediaRendition, time: number): number {
  const { timeline, timing } = rendition;
  const latest = rescale(time, SMOOTH_TIMESCALE, timing.timescale) + 1;
  let index = binarySearchLessOrEqual(timeline.times, latest);
  index = Math.min(index, countSegments(timeline) - 1);
  while (index >= 0 && getStart(rendition, index) > time) index--;
  return index >= 0 && getStart(rendition, index) === time ? index : -1;
}
