/**
 * What a pass through the tables of a track tells: where to look for a sample, so that nobody else has to pass through them.
 * Few, so that they can be kept beside the file.
 */

/** Runs from one checkpoint to the next. */
export const STORED_STRIDE = 1024;

/** Of stts or ctts: a row a checkpoint. */
export interface RunCheckpoints {
  /** Samples in the runs before it. */
  readonly firsts: Float64Array;
  /** Values of these samples, added up. */
  readonly sums: Float64Array;
  /** Of all runs. */
  readonly samples: number;
  readonly sum: number;
  /** Smallest value, signed; 0 where none is below. */
  readonly min: number;
}

/** Of stsc. */
export interface ChunkCheckpoints {
  /** A row a checkpoint: samples in the runs before it. */
  readonly firsts: Float64Array;
  /** A row a stretch of samples with one description: which, from 0, and the first of them. */
  readonly descriptions: readonly number[];
  readonly descriptionFirsts: readonly number[];
}

export interface TableCheckpoints {
  /** Digest of the head that the tables are in: they are of no other one. */
  readonly moovDigest: string;
  readonly durations: RunCheckpoints;
  /** Left out: no table says any. */
  readonly offsets?: RunCheckpoints;
  readonly chunks: ChunkCheckpoints;
}

/** What is known of a movie's tracks, by track_ID. */
export type KnownTables = ReadonlyMap<number, TableCheckpoints>;
