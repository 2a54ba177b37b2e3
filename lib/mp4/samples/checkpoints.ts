/** Results of a scan of sample tables, small enough for a package file. */

export const STORED_STRIDE = 1024;

export interface RunCheckpoints {
  /** Samples in the runs before each checkpoint. */
  readonly firsts: Float64Array;
  readonly sums: Float64Array;
  readonly samples: number;
  readonly sum: number;
  readonly min: number;
}

export interface ChunkCheckpoints {
  readonly firsts: Float64Array;
  /** Counted from 0, one per sequence of samples with the same description. */
  readonly descriptions: readonly number[];
  readonly descriptionFirsts: readonly number[];
}

export interface TableCheckpoints {
  readonly moovDigest: string;
  readonly durations: RunCheckpoints;
  readonly offsets?: RunCheckpoints;
  readonly chunks: ChunkCheckpoints;
  /** Samples of 0 bytes, ascending; absent if there is none. */
  readonly emptySamples?: Float64Array;
  /** Ascending, not counting empty samples; absent if the flags of the file are right. */
  readonly syncSamples?: Float64Array;
  /** Whether stss lists no sample twice; absent in older packages, and without stss. */
  readonly distinctSyncs?: boolean | undefined;
}

/** Bytes of a file. */
export interface KeptBytes {
  /** Alternately the start and the end of a range in the file, ascending. */
  readonly bounds: readonly number[];
  /** The bytes of all ranges. */
  readonly bytes: Uint8Array;
}

/** Body of the moov of a progressive file, without the rows of its tables. */
export interface StoredMoov {
  readonly fileSize: number;
  readonly offset: number;
  readonly size: number;
  /** Starts and ends of rows in the body, ascending. */
  readonly rows: readonly number[];
  /** All other bytes of the body. */
  readonly bytes: Uint8Array;
  /** Digest of what is compared with the file, see stored_moov.ts; absent in older packages. */
  readonly checks?: string;
  /** What opening the file reads of rows and samples; absent in older packages. */
  readonly kept?: KeptBytes | undefined;
}

/** Returns undefined unless there are checkpoints of this track of this moov. */
export type FindTables = (
  track: { readonly id: number; readonly samples: number },
  moov: { readonly digest: string; readonly bytes: Uint8Array; readonly usesIndex: boolean },
) => TableCheckpoints | undefined;

/** Parts of a package's index, with which a movie is read. */
export interface KnownMovie {
  readonly findTables: FindTables;
  /** Returns undefined if the file is to be read without one. */
  findMoov(): KnownMoov | undefined;
}

export interface KnownMoov {
  readonly stored: StoredMoov;
  readonly digest: string;
  /** The file is the sealed one: nothing is compared with it, and the kept bytes replace reads. */
  readonly isSealed?: boolean | undefined;
  /** Collects what is looked up in the rows, as ranges of the file: each lookup reads the file. */
  readonly trace?: [start: number, end: number][] | undefined;
}
