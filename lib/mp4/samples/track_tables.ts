/** Tables of a track of a movie without fragments, which grow by samples. */

import { MediaError } from "../../errors.ts";
import type { Edit } from "../movie.ts";
import { IS_NON_SYNC, type SampleFields, SYNC_FLAGS } from "./sample_table.ts";
import { toDependencies } from "./sdtp.ts";

/** What stbl and the headers above it contain. */
export interface TrackTables {
  /** Alternately a number of samples and their duration. */
  readonly durations: Uint32Array;
  /** Alternately a number of samples and their composition offset; undefined if all are 0. */
  readonly compositionOffsets: Uint32Array | undefined;
  /** Indices of sync samples, from 0; undefined if all are. */
  readonly syncs: Uint32Array | undefined;
  /** For sdtp; undefined if only sync samples do not depend on others. */
  readonly dependencies: Uint8Array | undefined;
  readonly sizes: Uint32Array;
  readonly chunks: {
    /** Numbers of samples. */
    readonly counts: Uint32Array;
    /** In bytes from the start of the file. */
    readonly offsets: Float64Array;
  };
  readonly edits: readonly Omit<Edit, "rate">[];
  /** In the track's timescale. */
  readonly mediaDuration: number;
  /** In the movie's timescale. */
  readonly movieDuration: number;
}

/** Samples of a track, without what depends on where the file starts and where the movie does. */
export type SampleColumns = Omit<TrackTables, "chunks" | "edits" | "movieDuration"> & {
  readonly chunks: {
    readonly counts: Uint32Array;
    /** In bytes. */
    readonly sizes: Float64Array;
  };
  /** What composition time 0 is of samples as they were added: the tables start with decode time 0, and their least offset is 0. */
  readonly compositionStart: number;
  /** In composition time: of the first sample that is presented, and the end of the last one. */
  readonly presented: { readonly start: number; readonly end: number };
};

/** Sample flags of a file without sdtp. */
const PLAIN = { sync: toDependencies(SYNC_FLAGS), nonSync: toDependencies(0x01000000) };

export class TrackTablesBuilder {
  readonly #sizes = new GrowingColumn();
  readonly #durations = new RunLengthColumn();
  readonly #offsets = new RunLengthColumn();
  readonly #syncs = new GrowingColumn();
  readonly #dependencies = new GrowingColumn();
  readonly #counts = new GrowingColumn();
  readonly #chunkSizes: number[] = [];
  #first: number | undefined;
  /** Decode time of the last sample, whose duration is fixed by the next one. */
  #last = 0;
  #end = 0;
  #minOffset = Infinity;
  #hasDependencies = false;
  #presented = { start: Infinity, end: -Infinity };

  /**
   * Adds a chunk of samples. Where its decode time is not the end of the last sample, that becomes longer or shorter.
   *
   * @throws MediaError if the last sample is not before it
   */
  add(decodeTime: number, samples: SampleFields): void {
    const { sizes, durations, compositionOffsets, flags } = samples;
    if (this.#first === undefined) this.#first = decodeTime;
    else this.#endLast(decodeTime);
    let time = decodeTime;
    let bytes = 0;
    for (let i = 0; i < sizes.length; i++) {
      if (i > 0) this.#endLast(time);
      this.#addFlags(flags[i]!);
      this.#sizes.push(sizes[i]!);
      this.#offsets.push(compositionOffsets[i]!);
      this.#minOffset = Math.min(this.#minOffset, compositionOffsets[i]!);
      bytes += sizes[i]!;
      this.#last = time;
      const presented = time + compositionOffsets[i]!;
      this.#presented.start = Math.min(this.#presented.start, presented);
      time += durations[i]!;
      this.#presented.end = Math.max(this.#presented.end, presented + durations[i]!);
    }
    this.#end = time;
    this.#counts.push(sizes.length);
    this.#chunkSizes.push(bytes);
  }

  /** Returns the tables of what was added: at least one sample. */
  finish(): SampleColumns {
    this.#durations.push(this.#end - this.#last);
    const first = this.#first ?? 0;
    const compositionStart = first + this.#minOffset;
    const offsets = this.#offsets.view().map((value, i) =>
      i % 2 === 0 ? value : value - this.#minOffset
    );
    const { start, end } = this.#presented;
    return {
      durations: this.#durations.view(),
      compositionOffsets: offsets.length === 2 && offsets[1] === 0 ? undefined : offsets,
      syncs: this.#syncs.length === this.#sizes.length ? undefined : this.#syncs.view(),
      dependencies: this.#hasDependencies ? Uint8Array.from(this.#dependencies.view()) : undefined,
      sizes: this.#sizes.view(),
      chunks: { counts: this.#counts.view(), sizes: Float64Array.from(this.#chunkSizes) },
      mediaDuration: this.#end - first,
      compositionStart,
      presented: { start: start - compositionStart, end: end - compositionStart },
    };
  }

  #endLast(decodeTime: number): void {
    const duration = decodeTime - this.#last;
    if (duration < 0) {
      const why = `Cannot place a sample at decode time ${decodeTime}`;
      throw new MediaError(`${why}, expected at least ${this.#last}`);
    }
    this.#durations.push(duration);
  }

  #addFlags(flags: number): void {
    const isSync = (flags & IS_NON_SYNC) === 0;
    const dependencies = toDependencies(flags);
    if (isSync) this.#syncs.push(this.#sizes.length);
    this.#dependencies.push(dependencies);
    if (dependencies !== (isSync ? PLAIN.sync : PLAIN.nonSync)) this.#hasDependencies = true;
  }
}

/** Values of 32 bits. */
class GrowingColumn {
  #values = new Uint32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const values = new Uint32Array(2 * this.length);
      values.set(this.#values);
      this.#values = values;
    }
    this.#values[this.length++] = value;
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
  }

  at(index: number): number {
    return this.#values[index]!;
  }

  view(): Uint32Array {
    return this.#values.subarray(0, this.length);
  }
}

/** Rows of a number of samples and their value. */
class RunLengthColumn {
  readonly #rows = new GrowingColumn();

  push(value: number): void {
    const { length } = this.#rows;
    if (length > 0 && this.#rows.at(length - 1) === value) {
      this.#rows.set(length - 2, this.#rows.at(length - 2) + 1);
    } else {
      this.#rows.push(1);
      this.#rows.push(value);
    }
  }

  view(): Uint32Array {
    return this.#rows.view();
  }
}
