/**
 * Checkpoints of sample tables: the result of one scan, small enough for a package file, which saves others the scan.
 */

/** Runs between two stored checkpoints. */
export const STORED_STRIDE = 1024;

export interface RunCheckpoints {
  /** Samples in the runs before each checkpoint. */
  readonly firsts: Float64Array;
  /** Sum of the values of these samples. */
  readonly sums: Float64Array;
  readonly samples: number;
  readonly sum: number;
  /** Smallest value, signed; at most 0. */
  readonly min: number;
}

export interface ChunkCheckpoints {
  /** Samples in the runs before each checkpoint. */
  readonly firsts: Float64Array;
  /** Sample description, counted from 0, of each sequence of samples with the same one, and the first sample of it. */
  readonly descriptions: readonly number[];
  readonly descriptionFirsts: readonly number[];
}

export interface TableCheckpoints {
  /** Digest of the moov that contains the tables. */
  readonly moovDigest: string;
  readonly durations: RunCheckpoints;
  /** Composition offsets; absent without ctts. */
  readonly offsets?: RunCheckpoints;
  readonly chunks: ChunkCheckpoints;
}

/** Checkpoints of the tracks of a movie by track_ID. */
export type KnownTables = ReadonlyMap<number, TableCheckpoints>;
