/** A channel as JSON (about.json, docs/about.md): its newest period, and what viewers can watch of its broadcast. */

import { findMin } from "../extremes.ts";
import type { BroadcastPeriod, ChannelState, ChannelViews } from "../presentation/broadcast.ts";
import { formatIsoTime } from "../time.ts";
import { describePresentation } from "./info.ts";

export interface DescribedChannel {
  /** Relative to the document root. */
  readonly file: string;
  readonly label: string | undefined;
  readonly state: ChannelState;
  /** Names in the channel file. */
  readonly publishers: readonly string[];
  readonly views: ChannelViews | undefined;
}

/** Describes a channel; nothing but its state, if nothing can be played yet. */
export function buildChannelInfo(channel: DescribedChannel): string {
  const { file, views } = channel;
  const live = describeLive(channel);
  const newest = views?.whole.periods.at(-1);
  if (!newest) return JSON.stringify({ file, live });
  return JSON.stringify({ ...describePresentation(newest.presentation, file, LIMITS), live });
}

/** Key frames would be read from the samples of the whole window, and pages request the document every few seconds. */
const LIMITS = { segments: 10_000, keyFrames: 0 };

function describeLive({ state, label, publishers, views }: DescribedChannel): unknown {
  if (!views) return { state, label, publishers, periods: [] };
  const { window, periods } = views.whole;
  const [oldest, newest] = [periods[0]!, periods.at(-1)!];
  return {
    state,
    label,
    publishers,
    edge: toUtc(newest.start + 1e6 * getEnd(newest)),
    window: { start: toUtc(oldest.start + 1e6 * getStart(oldest)), seconds: window },
    periods: periods.map(describePeriod),
  };
}

function describePeriod(period: BroadcastPeriod): unknown {
  const { number, presentation: { version }, start, reason, sequences } = period;
  const publishers = new Set([...sequences.values()].map(({ publisher }) => publisher));
  return {
    number,
    version,
    start: toUtc(start),
    end: period.isOver ? toUtc(start + 1e6 * getEnd(period)) : undefined,
    reason,
    publishers: [...publishers],
  };
}

/** Start of the first listed segment, in seconds. */
function getStart({ presentation: { renditions } }: BroadcastPeriod): number {
  const starts = [...renditions.values()].map((rendition) =>
    rendition.type === "text" ? 0 : rendition.timeline.times[0]! / rendition.timing.timescale
  );
  return findMin(starts);
}

function getEnd({ presentation: { duration } }: BroadcastPeriod): number {
  return duration.ticks / duration.timescale;
}

/** @param time in µs since 1970 */
function toUtc(time: number): string {
  return formatIsoTime(Math.round(time / 1000));
}
