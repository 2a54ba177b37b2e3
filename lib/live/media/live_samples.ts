/** Samples that a publisher pushes: the columns of a fragment of one track, with their bytes. */

import type { SampleFields } from "../../mp4/samples/sample_table.ts";
import { IS_NON_SYNC } from "../../mp4/samples/sample_table.ts";

/** Consecutive samples of one track with one sample description. Durations and offsets are in the track's timescale. */
export interface LiveSamples extends SampleFields {
  /** Sample description, counted from 0. */
  readonly description: number;
  /** The samples, one after another. */
  readonly data: Uint8Array;
}

/** Samples of a track from one moof. */
export interface LiveFragment {
  readonly trackId: number;
  /** At least one. */
  readonly samples: LiveSamples;
  /** Decode time of the first sample (tfdt), in ticks; undefined if the fragment states none. */
  readonly time: bigint | undefined;
  /** True if `time` has 32 bits, which wrap. */
  readonly wraps: boolean;
  /** Presentation time of the first sample (tfxd of Smooth Streaming), in ticks. */
  readonly presentationTime: bigint | undefined;
  /** True if nothing that is missing before it can still come, since all samples come over one connection. */
  readonly isNext?: boolean;
}

/** Memory of what describes samples that came together, in bytes. */
const BATCH_BYTES = 512;

/** Memory of a sample in all columns, in its digest and in the boxes that are written, in bytes. */
export const SAMPLE_ROW_BYTES = 64;

/** Returns the memory of samples with their columns, in bytes. */
export function measureSamples({ sizes, data }: LiveSamples): number {
  return data.length === 0 ? 0 : BATCH_BYTES + data.length + SAMPLE_ROW_BYTES * sizes.length;
}

export function countSamples({ sizes }: LiveSamples): number {
  return sizes.length;
}

export function isSyncSample({ flags }: LiveSamples, index: number): boolean {
  return (flags[index]! & IS_NON_SYNC) === 0;
}

/** Returns the samples `[first, end)` without copying them. */
export function sliceSamples(samples: LiveSamples, first: number, end: number): LiveSamples {
  if (first === 0 && end === samples.sizes.length) return samples;
  const { sizes, durations, compositionOffsets, flags, description, data } = samples;
  const start = sumColumn(sizes, 0, first);
  return {
    sizes: sizes.subarray(first, end),
    durations: durations.subarray(first, end),
    compositionOffsets: compositionOffsets.subarray(first, end),
    flags: flags.subarray(first, end),
    description,
    data: data.subarray(start, start + sumColumn(sizes, first, end)),
  };
}

export function sumColumn(column: Uint32Array, first: number, end: number): number {
  let sum = 0;
  for (let i = first; i < end; i++) sum += column[i]!;
  return sum;
}

/** Returns the duration of all samples, in ticks. */
export function sumDurations({ durations }: LiveSamples): number {
  return sumColumn(durations, 0, durations.length);
}

const FNV_PRIME = 0x01000193;
const FNV_OFFSET = 0x811c9dc5;
const HASHED_BYTES = 64;

/** Computes a 32-bit digest (FNV-1a) of the size and up to 64 bytes at equal distances: tells samples of one time apart. */
export function hashSample(bytes: Uint8Array): number {
  let hash = FNV_OFFSET ^ bytes.length;
  const step = Math.max(1, Math.floor(bytes.length / HASHED_BYTES));
  for (let i = bytes.length - 1; i >= 0; i -= step) {
    hash = Math.imul(hash ^ bytes[i]!, FNV_PRIME);
  }
  return hash >>> 0;
}
