/** What a channel segmenter decides, in order, for the archive to write. */

import type { NewChunk } from "../../archive/chunk.ts";
import type { LiveInit, LiveTrack } from "../media/live_init.ts";
import type { PeriodReason } from "./periods.ts";
import type { TrackOrigin } from "./period_timing.ts";

export type ChannelEvent =
  | PeriodBegan
  | PeriodContinued
  | LiveChunk
  | SegmentClosed
  | PeriodEnded
  | TargetFixed
  | BroadcastOver
  | ChannelLog;

/** A period begins. The indices of its tracks stand for them in the events up to `PeriodEnded`. */
export interface PeriodBegan {
  readonly kind: "period began";
  readonly reason: PeriodReason;
  /** True if it is the first of a broadcast. */
  readonly startsBroadcast: boolean;
  /** UTC of presentation time 0, in µs since 1970. */
  readonly start: number;
  readonly tracks: readonly PeriodTrack[];
}

/** The period of before a restart goes on, with the same tracks. */
export interface PeriodContinued {
  readonly kind: "period continued";
}

/** What a recorder has to store for a period to go on after a restart: name, origin and init segment of each track. */
export interface PeriodTrack extends TrackOrigin {
  /** Name of the rendition. */
  readonly name: string;
  /** As the publisher names it. */
  readonly stream: string;
  readonly init: LiveInit;
  readonly live: LiveTrack;
}

/** Samples of one segment. A gap of up to 0.1 s before them lengthens or shortens the sample before. */
export interface LiveChunk extends NewChunk {
  readonly kind: "chunk";
  /** Ordinal of the segment in the period, from 0. */
  readonly ordinal: number;
}

/** A segment is complete, and may be listed once its period is counted. */
export interface SegmentClosed {
  readonly kind: "segment closed";
  readonly track: number;
  readonly ordinal: number;
  /** True if the period ends with it: in MPEG-TS, it has all audio that is presented after it. */
  readonly isLast: boolean;
}

export interface PeriodEnded {
  readonly kind: "period ended";
}

/** The target duration of the broadcast, which does not change. */
export interface TargetFixed {
  readonly kind: "target fixed";
  /** In whole seconds. */
  readonly seconds: number;
}

export interface BroadcastOver {
  readonly kind: "broadcast over";
}

/** A sentence for the log. */
export interface ChannelLog {
  readonly kind: "log";
  readonly message: string;
}
