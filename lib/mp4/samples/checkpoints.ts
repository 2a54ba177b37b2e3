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
}

export type KnownTables = ReadonlyMap<number, TableCheckpoints>;
