import { binarySearchLessOrEqual } from "../../binary_search.ts";
import type { StoredMoov, TableCheckpoints } from "./checkpoints.ts";
import {
  NON_SYNC_FLAGS,
  type SampleFields,
  type Samples,
  type SampleTable,
  SYNC_FLAGS,
  type UniformFields,
} from "./sample_table.ts";

const ALL = new Float64Array();

/** Samples of a table with other sync samples than it declares. Sample flags declare nothing else. */
export class SyncTable implements SampleTable {
  readonly count: number;
  readonly allSync: boolean;
  /** The table as its file flags the samples. */
  readonly #flagged: SampleTable;
  readonly #syncs: Float64Array | undefined;

  /** @param syncs indices of the sync samples, ascending; undefined: all */
  constructor(table: SampleTable, syncs?: Float64Array) {
    this.#flagged = table;
    this.count = table.count;
    this.#syncs = syncs?.length === table.count ? undefined : syncs;
    this.allSync = this.#syncs === undefined;
  }

  get minCompositionOffset(): number {
    return this.#flagged.minCompositionOffset;
  }

  get maxCompositionOffset(): number {
    return this.#flagged.maxCompositionOffset;
  }

  decodeTime(index: number): number {
    return this.#flagged.decodeTime(index);
  }

  compositionOffset(index: number): number {
    return this.#flagged.compositionOffset(index);
  }

  indexAt(time: number): number {
    return this.#flagged.indexAt(time);
  }

  findSyncAtOrAfter(index: number): number {
    if (!this.#syncs) return Math.min(index, this.count);
    return this.#syncs[binarySearchLessOrEqual(this.#syncs, index - 1) + 1] ?? this.count;
  }

  findSyncAtOrBefore(index: number): number {
    if (!this.#syncs) return Math.min(index, this.count - 1);
    return this.#syncs[binarySearchLessOrEqual(this.#syncs, index)] ?? -1;
  }

  bytes(first: number, end: number): number {
    return this.#flagged.bytes(first, end);
  }

  bytesBetween(ascending: Float64Array): Float64Array {
    return this.#flagged.bytesBetween(ascending);
  }

  uniformFields(first: number, end: number): UniformFields {
    const { durations, offsets } = this.#flagged.uniformFields(first, end);
    return { durations, offsets, flags: this.#getUniformFlags(first, end) };
  }

  #getUniformFlags(first: number, end: number): UniformFields["flags"] {
    if (!this.#syncs) return "all";
    const upToFirst = binarySearchLessOrEqual(this.#syncs, first);
    const afterFirst = binarySearchLessOrEqual(this.#syncs, end - 1) - upToFirst;
    const rest = end - 1 - first;
    if (afterFirst > 0 && afterFirst < rest) return "mixed";
    const firstIsSync = this.#syncs[upToFirst] === first;
    return rest === 0 || firstIsSync === afterFirst > 0 ? "all" : "all but first";
  }

  description(index: number): number {
    return this.#flagged.description(index);
  }

  descriptionEnd(index: number): number {
    return this.#flagged.descriptionEnd(index);
  }

  readSamples(first: number, end: number): Samples {
    return this.#setFlags(first, this.#flagged.readSamples(first, end));
  }

  readSamplesUncached(first: number, end: number): Samples {
    return this.#setFlags(first, this.#flagged.readSamplesUncached(first, end));
  }

  scanSamples(first: number, end: number): SampleFields {
    return this.#setFlags(first, this.#flagged.scanSamples(first, end));
  }

  get corrections(): readonly Float64Array[] {
    return [...this.#flagged.corrections ?? [], this.#syncs ?? ALL];
  }

  get moovDigest(): string | undefined {
    return this.#flagged.moovDigest;
  }

  checkpoints(): TableCheckpoints | undefined {
    const checkpoints = this.#flagged.checkpoints?.();
    return checkpoints && this.#syncs ? { ...checkpoints, syncSamples: this.#syncs } : checkpoints;
  }

  storeMoov(): StoredMoov | undefined {
    return this.#flagged.storeMoov?.();
  }

  #setFlags<S extends SampleFields>(first: number, samples: S): S {
    const { flags } = samples;
    flags.fill(this.#syncs ? NON_SYNC_FLAGS : SYNC_FLAGS);
    if (!this.#syncs) return samples;
    let next = binarySearchLessOrEqual(this.#syncs, first - 1) + 1;
    for (; this.#syncs[next]! < first + flags.length; next++) {
      flags[this.#syncs[next]! - first] = SYNC_FLAGS;
    }
    return samples;
  }
}
