import { MediaError } from "../../errors.ts";
import {
  createSamples,
  findUniformFields,
  type Samples,
  type SampleTable,
  type UniformFields,
} from "./sample_table.ts";

export class HybridTable implements SampleTable {
  /** The last sample in moov ends at the first one of the fragments. */
  readonly #lastMoovDuration: number;

  /** @throws MediaError if the duration between the two tables exceeds 32 bits */
  constructor(readonly moovTable: SampleTable, readonly fragmentTable: SampleTable) {
    const [last, next] = [moovTable.decodeTime(moovTable.count - 1), fragmentTable.decodeTime(0)];
    this.#lastMoovDuration = next - last;
    if (this.#lastMoovDuration >= 2 ** 32) {
      throw new MediaError(`Cannot read decode time ${next}, expected less than ${last + 2 ** 32}`);
    }
  }

  get count(): number {
    return this.moovTable.count + this.fragmentTable.count;
  }

  get allSync(): boolean {
    return this.moovTable.allSync && this.fragmentTable.allSync;
  }

  get minCompositionOffset(): number {
    return Math.min(this.moovTable.minCompositionOffset, this.fragmentTable.minCompositionOffset);
  }

  get maxCompositionOffset(): number {
    return Math.max(this.moovTable.maxCompositionOffset, this.fragmentTable.maxCompositionOffset);
  }

  decodeTime(index: number): number {
    const [table, at] = this.#locate(index);
    return table.decodeTime(at);
  }

  compositionOffset(index: number): number {
    const [table, at] = this.#locate(index);
    return table.compositionOffset(at);
  }

  indexAt(time: number): number {
    if (time < this.fragmentTable.decodeTime(0)) return this.moovTable.indexAt(time);
    return this.moovTable.count + this.fragmentTable.indexAt(time);
  }

  findSyncAtOrAfter(index: number): number {
    const sync = index < this.moovTable.count
      ? this.moovTable.findSyncAtOrAfter(index)
      : this.moovTable.count;
    if (sync < this.moovTable.count) return sync;
    return this.moovTable.count +
      this.fragmentTable.findSyncAtOrAfter(Math.max(0, index - this.moovTable.count));
  }

  findSyncAtOrBefore(index: number): number {
    const { count } = this.moovTable;
    if (index < count) return this.moovTable.findSyncAtOrBefore(index);
    const sync = this.fragmentTable.findSyncAtOrBefore(index - count);
    return sync < 0 ? this.moovTable.findSyncAtOrBefore(count - 1) : count + sync;
  }

  bytes(first: number, end: number): number {
    const { count } = this.moovTable;
    const moovBytes = first < count ? this.moovTable.bytes(first, Math.min(end, count)) : 0;
    const fragmentBytes = end > count
      ? this.fragmentTable.bytes(Math.max(0, first - count), end - count)
      : 0;
    return moovBytes + fragmentBytes;
  }

  bytesBetween(ascending: Float64Array): Float64Array {
    const { count } = this.moovTable;
    const moovBytes = this.moovTable.bytesBetween(ascending.map((index) => Math.min(index, count)));
    const fragmentBytes = this.fragmentTable.bytesBetween(
      ascending.map((index) => Math.max(0, index - count)),
    );
    return moovBytes.map((bytes, i) => bytes + fragmentBytes[i]!);
  }

  uniformFields(first: number, end: number): UniformFields {
    const { count } = this.moovTable;
    if (end < count) return this.moovTable.uniformFields(first, end);
    if (first >= count) return this.fragmentTable.uniformFields(first - count, end - count);
    return findUniformFields(this.readSamples(first, end));
  }

  description(index: number): number {
    const [table, at] = this.#locate(index);
    return table.description(at);
  }

  descriptionEnd(index: number): number {
    const [table, at] = this.#locate(index);
    const end = table.descriptionEnd(at);
    if (table === this.fragmentTable) return this.moovTable.count + end;
    const continues = end === this.moovTable.count &&
      this.fragmentTable.description(0) === table.description(at);
    return continues ? this.moovTable.count + this.fragmentTable.descriptionEnd(0) : end;
  }

  scanSamples(first: number, end: number): Samples {
    return this.readSamples(first, end);
  }

  readSamplesUncached(first: number, end: number): Samples {
    return this.readSamples(first, end);
  }

  readSamples(first: number, end: number): Samples {
    const { count } = this.moovTable;
    if (first >= count) return this.fragmentTable.readSamples(first - count, end - count);
    const samples = this.moovTable.readSamples(first, Math.min(end, count));
    if (end < count) return samples;
    samples.durations[count - 1 - first] = this.#lastMoovDuration;
    return end === count
      ? samples
      : concatenate(samples, this.fragmentTable.readSamples(0, end - count));
  }

  #locate(index: number): [table: SampleTable, index: number] {
    const { count } = this.moovTable;
    return index < count ? [this.moovTable, index] : [this.fragmentTable, index - count];
  }
}

function concatenate(a: Samples, b: Samples): Samples {
  const both = createSamples(a.sizes.length + b.sizes.length);
  for (const column of ["offsets", "sizes", "durations", "compositionOffsets", "flags"] as const) {
    both[column].set(a[column]);
    both[column].set(b[column], a.sizes.length);
  }
  return both;
}
