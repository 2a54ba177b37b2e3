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
}

/** Parts of a package's index, with which a movie is read. */
export interface KnownMovie {
  readonly tables: KnownTables;
  readonly moov?: { readonly stored: StoredMoov; readonly digest: string } | undefined;
}
