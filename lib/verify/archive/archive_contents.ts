/** What a verification has found in an archive: all its periods, as their index records describe them. */

import type { Block, BlockTrack } from "../../archive/block.ts";

export interface ArchiveContents {
  /** Oldest first. */
  readonly periods: readonly PeriodContents[];
  /** Numbers of broadcasts that are over. */
  readonly over: ReadonlySet<number>;
  /** False if segments may be appended to the last period. */
  readonly isClosed: boolean;
  /** Target durations in seconds, by the number of the broadcast. */
  readonly targets: ReadonlyMap<number, number>;
}

export interface PeriodContents {
  readonly id: number;
  /** UTC in µs. */
  readonly start: number;
  readonly broadcast: Block["broadcast"];
  /** Numbers of its blocks. */
  readonly blocks: number[];
  /** In the channel; undefined until the period is counted. */
  number: number | undefined;
  /** Target duration of the broadcast in seconds, once its last block has it. */
  target: number | undefined;
  readonly tracks: readonly TrackContents[];
}

export interface TrackContents {
  readonly track: BlockTrack;
  /** Ordinal in the channel of the first segment of the period. */
  ordinal: number | undefined;
  /** SHA-256 of the init segment, in hexadecimal digits. */
  init: string | undefined;
  /** Bit rates of the broadcast in the blocks before the last one of the period. */
  rates: BlockTrack["rates"];
  /** That are closed, with consecutive ordinals. */
  readonly segments: SegmentContents[];
}

/** Times in the track's timescale, from the start of the period. */
export interface SegmentContents {
  readonly block: number;
  /** In the period, from 0. */
  readonly ordinal: number;
  readonly offset: number;
  readonly bytes: number;
  readonly samples: number;
  /** Presentation times. */
  readonly time: number;
  readonly end: number;
  readonly decodeTime: number;
  readonly decodeEnd: number;
  /** True if its first sample is a sync sample that is presented first. */
  readonly startsWithKeyFrame: boolean;
}
