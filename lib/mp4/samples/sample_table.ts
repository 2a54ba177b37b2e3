/** The samples of a track, in decode order, however the file lays them down. */

import type { TableCheckpoints } from "./checkpoints.ts";

/** Flags of a sample, as trun, tfhd and trex write them (14496-12 §8.8.3.1). */
export const SYNC_FLAGS = 0x02000000; // depends on no other
export const NON_SYNC_FLAGS = 0x01010000; // depends on others, not a sync sample
export const IS_NON_SYNC = 0x00010000;

/** Columns of consecutive samples, a row a sample. Times in the track's timescale. */
export interface Samples {
  /** Bytes from the start of the file. */
  readonly offsets: Float64Array;
  readonly sizes: Uint32Array;
  /** Decode time of the next sample minus its own. */
  readonly durations: Uint32Array;
  /** Composition time minus decode time; signed. */
  readonly compositionOffsets: Int32Array;
  /** As in trun. */
  readonly flags: Uint32Array;
}

/** All but where they lie. */
export type SampleFields = Omit<Samples, "offsets">;

/** What consecutive samples have in common: a fragment says it once. */
export interface UniformFields {
  /** All durations are equal. */
  readonly durations: boolean;
  /** So are all composition offsets. */
  readonly offsets: boolean;
  /** So are the flags of all; or of all but the first. */
  readonly flags: "all" | "all but first" | "mixed";
}

/** What the samples of at least one row have in common. */
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

/** The values from `start` on. */
function areEqual(values: Int32Array | Uint32Array, start: number): boolean {
  for (let i = start + 1; i < values.length; i++) if (values[i] !== values[start]) return false;
  return true;
}

/** Columns of `count` rows of zeros. */
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
 * Indices run from 0 to `count`; `count` itself means the end. Nothing here is of size O(samples) but what
 * the file itself holds and a few checkpoints (DESIGN: speed): each call costs O(what it gives back).
 */
export interface SampleTable {
  readonly count: number;
  /** No sample depends on another: no stss, or every sample listed. */
  readonly allSync: boolean;
  /** No composition offset is smaller: 0 where the file's are unsigned, else found by a scan of its table. */
  readonly minCompositionOffset: number;
  /** Decode time of sample `index`; that of `count` is where the last sample ends. The first has 0 in a
   * progressive file, its tfdt in a fragmented one. */
  decodeTime(index: number): number;
  compositionOffset(index: number): number;
  /** The last sample whose decode time is not after `time`; -1 before the first. */
  indexAt(time: number): number;
  /** The first sync sample from `index` on; `count` where there is none. */
  findSyncAtOrAfter(index: number): number;
  /** The last sync sample up to and with `index`; -1 where there is none. */
  findSyncAtOrBefore(index: number): number;
  /** Bytes of the samples from `first` up to, not with, `end`. */
  bytes(first: number, end: number): number;
  /**
   * The same from each of these indices up to the next: in one pass, of which nothing stays in memory.
   *
   * @throws MediaError when all of them together are far more than the file has
   */
  bytesBetween(ascending: Float64Array): Float64Array;
  /** What the samples from `first` up to, not with, `end` have in common: at least one. */
  uniformFields(first: number, end: number): UniformFields;
  /** Index into the track's entries. */
  description(index: number): number;
  /** Where the run of samples of one description that `index` is in ends. */
  descriptionEnd(index: number): number;
  /** The samples from `first` up to, not with, `end`. */
  readSamples(first: number, end: number): Samples;
  /** The same, for whoever looks at a few of them once: nothing of the table stays in memory. */
  readSamplesUncached(first: number, end: number): Samples;
  /** The same but for where they lie, for whoever passes through all of them: nothing of the table stays in memory. */
  scanSamples(first: number, end: number): SampleFields;
  /** Digest of the head that it is in, where that is large; undefined: passes through it cost nothing. */
  readonly moovDigest?: string | undefined;
  /** What passes through it tell; undefined where `moovDigest` is. */
  checkpoints?(): TableCheckpoints | undefined;
}
