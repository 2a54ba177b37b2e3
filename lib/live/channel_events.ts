/** What a channel segmenter decides, in order, for the archive to write. */

import type { LiveInit, LiveTrack } from "./live_init.ts";
import type { LiveSamples } from "./live_samples.ts";
import type { PeriodReason } from "./periods.ts";

export type ChannelEvent =
  | PeriodBegan
  | LiveChunk
  | SegmentClosed
  | PeriodCounted
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

export interface PeriodTrack {
  /** Name of the rendition. */
  readonly name: string;
  /** As the publisher names it. */
  readonly stream: string;
  readonly init: LiveInit;
  readonly live: LiveTrack;
  /** M (docs/design/timing.md): media_time of the edit in the init segment, in ticks; 0: no edit. */
  readonly mediaTime: number;
}

/** Samples of one segment, in the order of decoding. Times are in the track's timescale, from the start of the period. */
export interface LiveChunk {
  readonly kind: "chunk";
  /** Index in the tracks of the period. */
  readonly track: number;
  /** Ordinal of the segment in the period, from 0. */
  readonly ordinal: number;
  readonly startsSegment: boolean;
  /** True if the first sample is a sync sample. */
  readonly isSync: boolean;
  /** True if the segment starts without a sync sample, since it would have been too long. */
  readonly isForced: boolean;
  /** Decode time of the first sample; 0 for the first of the period. */
  readonly decodeTime: number;
  /** Earliest presentation time; negative for priming. */
  readonly time: number;
  /** Latest end of a presented sample − `time`. */
  readonly presentedDuration: number;
  readonly samples: LiveSamples;
  /** As a fragment of AMS states them: presentation time + M − decode time. */
  readonly compositionOffsets: Uint32Array;
  /** UTC of the last byte received, in µs since 1970. */
  readonly arrival: number;
}

/** A segment is complete, and may be listed once its period is counted. */
export interface SegmentClosed {
  readonly kind: "segment closed";
  readonly track: number;
  readonly ordinal: number;
}

/** Each track of the period has a complete segment: the period gets its number. */
export interface PeriodCounted {
  readonly kind: "period counted";
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
