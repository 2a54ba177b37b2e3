/**
 * What viewers of a live channel get: periods of one broadcast. Protocols turn it into manifests, as they do with a presentation
 * (presentation.ts has the words).
 */

import type { DerivedValues } from "./derived_values.ts";
import type { Presentation } from "./presentation.ts";

/** An immutable snapshot of the periods that one manifest lists. */
export interface Broadcast {
  /** Identifies the broadcast in URLs of Smooth Streaming, `v` and 12 hexadecimal digits: a digest of its epoch. */
  readonly version: string;
  /** UTC of the start of its first period, in µs since 1970. */
  readonly epoch: number;
  /** Target duration of segments in seconds: EXT-X-TARGETDURATION, also of broadcasts that are over. */
  readonly targetDuration: number;
  /** False when it is over: manifests no longer change. */
  readonly isLive: boolean;
  /** Seconds that viewers can go back; undefined: to the start of the broadcast. */
  readonly window?: number | undefined;
  /** Latest UTC of any record of the broadcast, in µs since 1970: MPD@publishTime. */
  readonly updatedAt: number;
  /** At least one, oldest first; their starts rise, and all have renditions of the same names and types. */
  readonly periods: readonly BroadcastPeriod[];
}

/** A stretch of a broadcast on one clock with one set of init segments. Times of its presentation start at 0. */
export interface BroadcastPeriod {
  /** In the channel, from 1, without holes: Period@id, EXT-X-DISCONTINUITY-SEQUENCE. */
  readonly number: number;
  /** UTC of its time 0, in µs since 1970. */
  readonly start: number;
  /** Why it began, for operators. */
  readonly reason?: string | undefined;
  /** True if nothing will be appended. */
  readonly isOver: boolean;
  /** Segments in the window; `live` is set unless the period is over. */
  readonly presentation: Presentation;
  readonly derived: DerivedValues;
  /** By name of the rendition. */
  readonly sequences: ReadonlyMap<string, SegmentSequence>;
}

/** Where the listed segments of a rendition are among all of the channel. */
export interface SegmentSequence {
  /** Ordinal in the channel of the first listed segment, from 1: EXT-X-MEDIA-SEQUENCE. */
  readonly firstOrdinal: number;
  /** Bandwidth in bit/s when the rendition was first listed in the broadcast: QualityLevel@Bitrate, which URLs contain. */
  readonly listedBandwidth: number;
  /** Name of the publisher in the channel file. */
  readonly publisher: string;
}

/** What a channel has to serve. */
export interface ChannelViews {
  /** Back to the start of the window; of a broadcast that is over, as it stood when it ended. */
  readonly listed: Broadcast;
  /** `listed` while the broadcast is live; then all of it that is on disk. */
  readonly whole: Broadcast;
}

/** `waiting`: there was no broadcast yet. `silent`: the publisher of one broke off, or has paused. */
export type ChannelState = "waiting" | "live" | "silent" | "over";
