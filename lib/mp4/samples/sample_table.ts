import type { TableCheckpoints } from "./checkpoints.ts";

/** Sample flags of trun, tfhd and trex (14496-12 §8.8.3.1). */
export const SYNC_FLAGS = 0x02000000; // sample_depends_on: 2
export const NON_SYNC_FLAGS = 0x01010000; // sample_depends_on: 1, sample_is_non_sync_sample: 1
export const IS_NON_SYNC = 0x00010000;

/** Columns of consecutive samples. Times in the track's timescale. */
export interface Samples {
  /** In bytes from the start of the file. */
  readonly offsets: Float64Array;
  readonly sizes: Uint32Array;
  /** Differences of consecutive decode times. */
  readonly durations: Uint32Array;
  /** Composition times minus decode times; signed. */
  readonly compositionOffsets: Int32Array;
  readonly flags: Uint32Array;
}

/** Samples without file offsets. */
export type SampleFields = Omit<Samples, "offsets">;

/** Fields that are equal for consecutive samples, and that a fragment can declare once. */
export interface UniformFields {
  readonly durations: boolean;
  readonly offsets: boolean;
  readonly flags: "all" | "all but first" | "mixed";
}

/** Compares the fields of samples, of which there must be at least one. */
export function findUniformFields(
  { durations, compositionOffsets, flags }:
    & Pick<Samples, "durations" | "flags">
    & { readonly compositionOffsets: Int32Array | Uint32Array },
): UniformFields {
  const rest = areEqual(flags, 1);
  return {
    durations: areEqual(durations, 0),
    offsets: areEqual(compositionOffsets, 0),
    flags: !rest ? "mixed" : flags[0] === flags.at(-1) ? "all" : "all but first",
  };
}

function areEqual(values: Int32Array | Uint32Array, start: number): boolean {
  for (let i = start + 1; i < values.length; i++) if (values[i] !== values[start]) return false;
  return true;
}

export function createSamples(count: number): Samples {
  return {
    offsets: new Float64Array(count),
    sizes: new Uint32Array(count),
    durations: new Uint32Array(count),
    compositionOffsets: new Int32Array(count),
    flags: new Uint32Array(count),
  };
}

/**
 * Samples with indices in `[0, count)`; some methods accept `count` as the end. Tables are not copied: memory use is the
 * table in the file plus a few checkpoints, and the cost of a call is proportional to its result
 * (docs/design/memory-and-speed.md).
 */
export interface SampleTable {
  readonly count: number;
  /** All samples are sync samples: there is no stss, or it lists every sample. */
  readonly allSync: boolean;
  /** Lower bound of the composition offsets; 0 if they are unsigned, else found by a scan. */
  readonly minCompositionOffset: number;
  /** Decode time of a sample; that of `count` is the end. Starts at 0 in moov, at tfdt in fragments. */
  decodeTime(index: number): number;
  compositionOffset(index: number): number;
  /** Last sample with a decode time ≤ `time`; -1 if there is none. */
  indexAt(time: number): number;
  /** First sync sample ≥ `index`; `count` if there is none. */
  findSyncAtOrAfter(index: number): number;
  /** Last sync sample ≤ `index`; -1 if there is none. */
  findSyncAtOrBefore(index: number): number;
  /** Total size of the samples `[first, end)` in bytes. */
  bytes(first: number, end: number): number;
  /**
   * Total sizes between consecutive indices, in one scan that loads nothing.
   *
   * @throws MediaError if their sum exceeds the file several times
   */
  bytesBetween(ascending: Float64Array): Float64Array;
  /** Compares the samples `[first, end)`, of which there must be at least one. */
  uniformFields(first: number, end: number): UniformFields;
  description(index: number): number;
  /** End of the sequence of samples with the description of `index`. */
  descriptionEnd(index: number): number;
  /** Reads the samples `[first, end)` and keeps their part of the tables in memory. */
  readSamples(first: number, end: number): Samples;
  /** Reads the samples `[first, end)` without keeping any part of the tables in memory. */
  readSamplesUncached(first: number, end: number): Samples;
  /** Reads the samples `[first, end)` for a full scan: without file offsets, and without keeping anything in memory. */
  scanSamples(first: number, end: number): SampleFields;
  /** Digest of the moov if it is large; undefined if scans of the table are cheap. */
  readonly moovDigest?: string | undefined;
  /** Result of a scan; undefined if `moovDigest` is. */
  checkpoints?(): TableCheckpoints | undefined;
}
