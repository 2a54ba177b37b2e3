import { binarySearchLessOrEqual } from "../../binary_search.ts";
import { MediaError } from "../../errors.ts";
import type { StoredMoov, TableCheckpoints } from "./checkpoints.ts";
import {
  createSamples,
  findUniformFields,
  type Samples,
  type SampleTable,
  type UniformFields,
} from "./sample_table.ts";

/**
 * Samples of a table without those of 0 bytes, which stop decoders: the sample before each lasts longer. Muxers write them for
 * frames that the encoder dropped.
 */
export class NonEmptyTable implements SampleTable {
  readonly count: number;
  readonly #table: SampleTable;
  readonly #empty: Float64Array;
  /** Empty samples less their rank: the index here of the sample that follows each. */
  readonly #following: Float64Array;

  /** @param empty indices of the empty samples, ascending */
  constructor(table: SampleTable, empty: Float64Array) {
    this.#table = table;
    this.#empty = empty;
    this.#following = empty.map((index, rank) => index - rank);
    this.count = table.count - empty.length;
  }

  get allSync(): boolean {
    return this.#table.allSync;
  }

  get minCompositionOffset(): number {
    return this.#table.minCompositionOffset;
  }

  get maxCompositionOffset(): number {
    return this.#table.maxCompositionOffset;
  }

  decodeTime(index: number): number {
    return this.#table.decodeTime(this.#toTable(index));
  }

  compositionOffset(index: number): number {
    return this.#table.compositionOffset(this.#toTable(index));
  }

  indexAt(time: number): number {
    return this.#countBefore(this.#table.indexAt(time) + 1) - 1;
  }

  findSyncAtOrAfter(index: number): number {
    let sync = this.#table.findSyncAtOrAfter(this.#toTable(index));
    while (this.#isEmpty(sync)) sync = this.#table.findSyncAtOrAfter(sync + 1);
    return this.#countBefore(sync);
  }

  findSyncAtOrBefore(index: number): number {
    let sync = this.#table.findSyncAtOrBefore(this.#toTable(Math.min(index, this.count - 1)));
    while (this.#isEmpty(sync)) sync = this.#table.findSyncAtOrBefore(sync - 1);
    return sync < 0 ? -1 : this.#countBefore(sync);
  }

  bytes(first: number, end: number): number {
    return this.#table.bytes(this.#toTable(first), this.#toTable(end));
  }

  bytesBetween(ascending: Float64Array): Float64Array {
    return this.#table.bytesBetween(ascending.map((index) => this.#toTable(index)));
  }

  uniformFields(first: number, end: number): UniformFields {
    const [from, to] = [this.#toTable(first), this.#toTable(end)];
    if (to - from === end - first) return this.#table.uniformFields(from, to);
    return findUniformFields(this.scanSamples(first, end));
  }

  description(index: number): number {
    return this.#table.description(this.#toTable(index));
  }

  descriptionEnd(index: number): number {
    return this.#countBefore(this.#table.descriptionEnd(this.#toTable(index)));
  }

  readSamples(first: number, end: number): Samples {
    return this.#omitEmpty(first, end, (from, to) => this.#table.readSamples(from, to));
  }

  readSamplesUncached(first: number, end: number): Samples {
    return this.#omitEmpty(first, end, (from, to) => this.#table.readSamplesUncached(from, to));
  }

  scanSamples(first: number, end: number): Samples {
    return this.#omitEmpty(first, end, (from, to) => {
      const offsets = new Float64Array(Math.max(0, to - from));
      return { offsets, ...this.#table.scanSamples(from, to) };
    });
  }

  get corrections(): readonly Float64Array[] {
    return [this.#empty];
  }

  get knownSyncs(): Float64Array | undefined {
    return this.#table.knownSyncs;
  }

  get moovDigest(): string | undefined {
    return this.#table.moovDigest;
  }

  checkpoints(): TableCheckpoints | undefined {
    const checkpoints = this.#table.checkpoints?.();
    return checkpoints && { ...checkpoints, emptySamples: this.#empty };
  }

  storeMoov(): StoredMoov | undefined {
    return this.#table.storeMoov?.();
  }

  /** @throws MediaError if a sample lasts longer than 32 bits with the empty ones after it */
  #omitEmpty(first: number, end: number, read: (from: number, to: number) => Samples): Samples {
    const from = this.#toTable(first);
    const all = read(from, this.#toTable(end));
    if (all.sizes.length === end - first || first >= end) return all;
    const samples = createSamples(end - first);
    for (let index = first; index < end; index++) {
      const [to, at] = [index - first, this.#toTable(index) - from];
      samples.offsets[to] = all.offsets[at]!;
      samples.sizes[to] = all.sizes[at]!;
      samples.flags[to] = all.flags[at]!;
      samples.compositionOffsets[to] = all.compositionOffsets[at]!;
      samples.durations[to] = checkDuration(this.decodeTime(index + 1) - this.decodeTime(index));
    }
    return samples;
  }

  #toTable(index: number): number {
    return index + binarySearchLessOrEqual(this.#following, index) + 1;
  }

  /** Counts the samples here before a sample of the table. */
  #countBefore(index: number): number {
    return index - binarySearchLessOrEqual(this.#empty, index - 1) - 1;
  }

  #isEmpty(index: number): boolean {
    return index >= 0 && this.#empty[binarySearchLessOrEqual(this.#empty, index)] === index;
  }
}

function checkDuration(ticks: number): number {
  if (ticks < 2 ** 32) return ticks;
  throw new MediaError(
    `Cannot read a sample of ${ticks} ticks with the empty samples after it, expected 32 bits`,
  );
}
