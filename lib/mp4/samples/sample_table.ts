import type { StoredMoov, TableCheckpoints } from "./checkpoints.ts";

/** Changes of decode times, with composition times unchanged; see retimed.ts. */
export interface Retiming {
  /** Ascending indices of samples; the number of all samples is the end of the last one. */
  readonly samples: Float64Array;
  /** Added to the decode times of `samples`, which remain in order. */
  readonly shifts: Float64Array;
  /** Least composition offset after the changes. */
  readonly minCompositionOffset: number;
}

/** Sample flags of trun, tfhd and trex (14496-12 §8.8.3.1). */
export const SYNC_FLAGS = 0x02000000; // sample_depends_on: 2
export const NON_SYNC_FLAGS = 0x01010000; // sample_depends_on: 1, sample_is_non_sync_sample: 1
export const IS_NON_SYNC = 0x00010000;

/** sample_depends_on (14496-12 §8.8.3.1). */
export const DEPENDS_ON_MASK = 0x03000000;
export const DEPENDS_ON_OTHERS = 0x01000000;
export const DEPENDS_ON_NONE = 0x02000000;

/** Returns true for video, audio and images, whose samples are frames. */
export function isMediaHandler(handler = ""): boolean {
  return handler === "vide" || handler === "soun" || handler === "pict";
}

/** Columns of consecutive samples. Times in the track's timescale. */
export interface Samples {
  /** In bytes from the start of the file. */
  readonly offsets: Float64Array;
  readonly sizes: Uint32Array;
  readonly durations: Uint32Array;
  readonly compositionOffsets: Int32Array;
  readonly flags: Uint32Array;
}

export type SampleFields = Omit<Samples, "offsets">;

/** Fields with a single value, which a fragment can declare once. */
export interface UniformFields {
  readonly durations: boolean;
  readonly offsets: boolean;
  readonly flags: "all" | "all but first" | "mixed";
}

/** Fields of one sample. */
export const SINGLE_SAMPLE: UniformFields = { durations: true, offsets: true, flags: "all" };

export function findUniformFields(
  { durations, compositionOffsets, flags }:
    & Pick<Samples, "durations" | "flags">
    & { readonly compositionOffsets: Int32Array | Uint32Array },
): UniformFields {
  const rest = areEqual(flags, 1);
  return {
    durations: areEqual(durations),
    offsets: areEqual(compositionOffsets),
    flags: !rest ? "mixed" : flags[0] === flags.at(-1) ? "all" : "all but first",
  };
}

/** Returns whether all values from `start` on are equal. */
export function areEqual(values: Int32Array | Uint32Array, start = 0): boolean {
  const value = values[start];
  for (let i = start + 1; i < values.length; i++) if (values[i] !== value) return false;
  return true;
}

export function createSamples(count: number): Samples {
  return { offsets: new Float64Array(count), ...createSampleFields(count) };
}

/** Allocates memory once: that costs more than to read the rows of a segment. */
export function createSampleFields(count: number): SampleFields {
  const buffer = new ArrayBuffer(16 * count);
  return {
    sizes: new Uint32Array(buffer, 0, count),
    durations: new Uint32Array(buffer, 4 * count, count),
    compositionOffsets: new Int32Array(buffer, 8 * count, count),
    flags: new Uint32Array(buffer, 12 * count, count),
  };
}

/** Samples `[0, count)`; some methods accept `count`. Calls cost in proportion to their result. */
export interface SampleTable {
  readonly count: number;
  readonly allSync: boolean;
  /** Size in bytes that the file declares once for all samples. */
  readonly sampleSize?: number | undefined;
  /** Lower bound; 0 if offsets are unsigned. */
  readonly minCompositionOffset: number;
  /** Upper bound, at least 0. */
  readonly maxCompositionOffset: number;
  /** Decode time of a sample, or the end for `count`. Starts at 0 in moov, at tfdt in fragments. */
  decodeTime(index: number): number;
  compositionOffset(index: number): number;
  /** Last sample with a decode time ≤ `time`, or -1. */
  indexAt(time: number): number;
  /** First sync sample ≥ `index`, or `count`. */
  findSyncAtOrAfter(index: number): number;
  /** Last sync sample ≤ `index`, or -1. */
  findSyncAtOrBefore(index: number): number;
  bytes(first: number, end: number): number;
  /**
   * Total sizes between consecutive indices, in one scan.
   *
   * @throws MediaError if their sum exceeds the file several times
   */
  bytesBetween(ascending: Float64Array): Float64Array;
  uniformFields(first: number, end: number): UniformFields;
  description(index: number): number;
  /** End of the sequence of samples with the description of `index`. */
  descriptionEnd(index: number): number;
  /** Keeps the rows of the samples in memory. */
  readSamples(first: number, end: number): Samples;
  readSamplesUncached(first: number, end: number): Samples;
  /**
   * Reads like `readSamplesUncached()`, without file offsets.
   *
   * @param reused columns of an earlier scan, which may be overwritten and returned
   */
  scanSamples(first: number, end: number, reused?: SampleFields): SampleFields;
  /** Digest of the moov that contains the table; undefined if something else in the file describes samples, too. */
  readonly moovDigest?: string | undefined;
  /** Lists of samples that AMS left out or flagged otherwise than the file; part of the content version. */
  readonly corrections?: readonly Float64Array[] | undefined;
  /** Sync samples from the index of a package, where the flags of the file are wrong. */
  readonly knownSyncs?: Float64Array | undefined;
  /** Ascending indices of samples that only decoding needs, where an edit list has several entries. */
  readonly hidden?: Float64Array | undefined;
  /** Ascending indices of samples that are never on screen: `hidden` without those that are when their edit starts. */
  readonly covered?: Float64Array | undefined;
  /** First sample of the last one of several edits, which ends the track. */
  readonly lastEdit?: number | undefined;
  /** Set if the decode times are not those of the file. */
  readonly retiming?: Retiming | undefined;
  checkpoints?(): TableCheckpoints | undefined;
  /** Returns undefined if it does not suffice to open the file. */
  storeMoov?(): StoredMoov | undefined;
}

export function getCompositionTime(
  table: Pick<SampleTable, "decodeTime" | "compositionOffset">,
  index: number,
): number {
  return table.decodeTime(index) + table.compositionOffset(index);
}

/** Returns the last of the samples `[first, end)` that is decoded at `time` or before; `first - 1` if there is none. */
export function findDecodedBy(
  table: Pick<SampleTable, "decodeTime">,
  time: number,
  { first, end }: { readonly first: number; readonly end: number },
): number {
  let [low, high] = [first, end];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (table.decodeTime(middle) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
