/** A period of an archive that may go on after a restart, since the publisher's times are UTC. */

import type { Time } from "../../presentation/presentation.ts";
import type { LiveInit } from "../media/live_init.ts";
import type { PeriodTiming, TrackOrigin } from "./period_timing.ts";
import type { PublisherTimeline, PublisherTrack } from "./publisher_timeline.ts";

export interface ResumedTrack extends TrackOrigin {
  readonly name: string;
  /** Key of the init segment: see `LiveInit`. */
  readonly initKey: string;
  /** End of the last sample, from the start of the period. */
  readonly decodeEnd: number;
  /** Segments so far, all of them closed. */
  readonly segments: number;
}

export interface ResumedPeriod {
  /** Target duration of the broadcast in seconds; undefined before it is fixed. */
  readonly target?: number | undefined;
  /** UTC of the start of the broadcast, in µs. */
  readonly epoch?: number;
  /** In the order of the period. */
  readonly tracks: readonly ResumedTrack[];
  /** Init segments of its streams, for requests that start with a fragment. */
  readonly inits?: readonly ResumedInit[];
}

export interface ResumedInit {
  /** Name of the publisher. */
  readonly publisher: string;
  readonly stream: string;
  readonly init: LiveInit;
}

/** Tracks of a publisher that go on with those of a period. */
export interface ResumedMatch {
  readonly tracks: readonly PublisherTrack[];
  readonly leader: PublisherTrack;
  readonly start: Time;
}

/** Sets where a track of a restarted publisher goes on, so that samples which were stored already are repeats. */
export function restoreEdge(
  period: ResumedPeriod,
  timeline: PublisherTimeline,
  track: PublisherTrack,
): void {
  const found = period.tracks.find(({ name }) => name === track.name);
  if (found?.initKey !== track.init.key || track.order.edge !== undefined) return;
  if (timeline.clock?.basis !== "media") return;
  const origin = timeline.toTicks(found.decodeOrigin, track.timescale);
  track.order.resumeAt(origin + found.decodeEnd);
}

/**
 * Matches the tracks of a publisher with those of a period.
 *
 * @returns "waiting" until all of them have sent something, and one of them something new; undefined if they do not go on without a hole
 */
export function matchResumed(
  period: ResumedPeriod,
  timeline: PublisherTimeline,
): ResumedMatch | "waiting" | undefined {
  const all = timeline.tracks;
  const isForeign = all.some(({ name, init: { key } }) =>
    !period.tracks.some((track) => track.name === name && track.initKey === key)
  );
  if (isForeign || timeline.clock && timeline.clock.basis !== "media") return undefined;
  if (all.some(({ queued }) => queued[0]?.followsHole)) return undefined;
  const tracks = period.tracks.map(({ name }) => all.find((track) => track.name === name));
  const isComplete = tracks.every((track) => track?.hasSent);
  if (!isComplete || !all.some(({ queued }) => queued.length > 0)) return "waiting";
  for (const [i, track] of tracks.entries()) {
    track!.timing = toTiming(period.tracks[i]!, track!, timeline);
  }
  const matched = tracks as PublisherTrack[];
  const leader = matched.find(({ type }) => type === "video") ?? matched[0]!;
  const { timescale, shift, timing } = leader;
  return {
    tracks: matched,
    leader,
    start: { ticks: shift - timing!.presentationShift, timescale },
  };
}

function toTiming(
  { decodeOrigin, presentationShift, mediaTime }: ResumedTrack,
  { timescale }: PublisherTrack,
  timeline: PublisherTimeline,
): PeriodTiming {
  return {
    ...{ timescale, mediaTime },
    decodeOrigin: timeline.toTicks(decodeOrigin, timescale),
    presentationShift: -timeline.toTicks(-presentationShift, timescale),
  };
}
