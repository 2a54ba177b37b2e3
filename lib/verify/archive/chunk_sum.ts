/** All chunks of a segment, as their records describe them. */

import type { IndexEntry } from "../readers/archive_index.ts";

export interface ChunkSum {
  readonly ordinal: number;
  readonly offset: number;
  readonly decodeTime: number;
  readonly isSync: boolean;
  readonly isForced: boolean;
  /** Earliest presentation time, and the latest end. */
  time: number;
  end: number;
  decodeEnd: number;
  bytes: number;
  headerBytes: number;
  samples: number;
}

export function startSum(chunk: IndexEntry): ChunkSum {
  const { ordinal, offset, value: decodeTime, isSync, isForced } = chunk;
  const { time, presentedDuration, duration, bytes, headerBytes, samples } = chunk;
  return {
    ...{ ordinal, offset, decodeTime, isSync, isForced, time, bytes, headerBytes, samples },
    end: time + presentedDuration,
    decodeEnd: decodeTime + duration,
  };
}

export function addToSum(sum: ChunkSum, chunk: IndexEntry): void {
  sum.time = Math.min(sum.time, chunk.time);
  sum.end = Math.max(sum.end, chunk.time + chunk.presentedDuration);
  sum.decodeEnd = chunk.value + chunk.duration;
  sum.bytes += chunk.bytes;
  sum.headerBytes += chunk.headerBytes;
  sum.samples += chunk.samples;
}
