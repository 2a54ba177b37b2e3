/** Selects what to capture of an archive. */

import type { ReadableArchive } from "../archive/file_system.ts";
import {
  listBroadcasts,
  readRecordedPeriods,
  type RecordedBroadcast,
  type RecordedPeriod,
} from "../archive/recorded_broadcasts.ts";
import { type SelectedPeriod, selectSegments } from "../archive/segment_range.ts";
import { MediaError } from "../errors.ts";
import type { CaptureOptions, CaptureTime } from "./capture_options.ts";

const MICROSECONDS = 1e6;

export interface CaptureSelection {
  readonly broadcast: RecordedBroadcast;
  /** Oldest first; at least one. */
  readonly periods: readonly CapturedPeriod[];
  /** Sentences. */
  readonly warnings: readonly string[];
}

export interface CapturedPeriod extends SelectedPeriod {
  /** UTC of its start as it is captured, in µs. */
  readonly start: number;
}

/**
 * Selects segments of the last broadcast, or of the one that was on air at a UTC, else of the next one.
 *
 * @throws MediaError if there is none
 */
export function selectCapture(
  files: ReadableArchive,
  { from, to }: Pick<CaptureOptions, "from" | "to">,
): CaptureSelection {
  for (const broadcast of findCandidates(listBroadcasts(files), from)) {
    const { epoch } = broadcast;
    const range = { from: toUtc(from, epoch, -Infinity), to: toUtc(to, epoch, Infinity) };
    const recorded = readRecordedPeriods(files, broadcast, range);
    const counted = recorded.filter(({ number }) => number !== undefined);
    const periods = counted.flatMap((period) => select(period, range));
    if (periods.length > 0) return { broadcast, periods, warnings: warn(recorded, periods, range) };
  }
  throw new MediaError("Cannot find a recorded segment in this range", "MEDIA_MISSING");
}

/** Lists the broadcast that was on air at a UTC, and those after it; without a UTC all, the last one first. */
function findCandidates(
  broadcasts: readonly RecordedBroadcast[],
  from: CaptureTime | undefined,
): readonly RecordedBroadcast[] {
  if (!from || !("utc" in from)) return broadcasts.toReversed();
  const current = broadcasts.findLastIndex(({ epoch }) => epoch <= from.utc);
  return broadcasts.slice(Math.max(0, current));
}

function toUtc(time: CaptureTime | undefined, epoch: number, absent: number): number {
  if (!time) return absent;
  return "utc" in time ? time.utc : epoch + MICROSECONDS * time.seconds;
}

function select(
  period: RecordedPeriod,
  range: { readonly from: number; readonly to: number },
): CapturedPeriod[] {
  const toSeconds = (utc: number) => (utc - period.start) / MICROSECONDS;
  const selected = selectSegments(period, {
    from: toSeconds(range.from),
    to: toSeconds(range.to),
  });
  if (!selected) return [];
  return [{ ...selected, start: period.start + Math.round(MICROSECONDS * selected.origin) }];
}

function warn(
  recorded: readonly RecordedPeriod[],
  periods: readonly CapturedPeriod[],
  { from }: { readonly from: number },
): string[] {
  const [first] = periods;
  const isCut = first!.tracks.some(({ segments }) => segments[0]!.ordinal > 0) &&
    first!.start - MICROSECONDS > from;
  return [
    ...isCut ? [`the archive begins at ${formatUtc(first!.start)}: what is older was deleted`] : [],
    ...recorded.filter(({ number }) => number === undefined).map(({ start }) =>
      `the period of ${
        formatUtc(start)
      } is left out: viewers never got it, since a track is missing`
    ),
  ];
}

/** Formats UTC in µs to the millisecond. */
export function formatUtc(microseconds: number): string {
  return new Date(Math.floor(microseconds / 1000)).toISOString();
}
