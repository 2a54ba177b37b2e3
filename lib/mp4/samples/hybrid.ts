/** Samples that stand in moov, and those of fragments behind them: a hybrid file has both. */

import { MediaError } from "../../errors.ts";
import {
  findUniformFields,
  newSamples,
  type Samples,
  type SampleTable,
  type UniformFields,
} from "./sample_table.ts";

/** One table behind the other. Both hold samples. */
export class HybridTable implements SampleTable {
  /** How long the last sample of the head lasts: up to the tail. */
  readonly #bridge: number;

  /** @throws MediaError when the tail starts so late that the sample before it would last 2^32 ticks or more */
  constructor(readonly head: SampleTable, readonly tail: SampleTable) {
    const [last, next] = [head.decodeTime(head.count - 1), tail.decodeTime(0)];
    this.#bridge = next - last;
    if (this.#bridge >= 2 ** 32) {
      throw new MediaError(`Cannot go on at ${next}: the sample before it starts at ${last}`);
    }
  }

  get count(): number {
    return this.head.count + this.tail.count;
  }

  get allSync(): boolean {
    return this.head.allSync && this.tail.allSync;
  }

  get leastCompositionOffset(): number {
    return Math.min(this.head.leastCompositionOffset, this.tail.leastCompositionOffset);
  }

  decodeTime(index: number): number {
    const [table, at] = this.#find(index);
    return table.decodeTime(at);
  }

  compositionOffset(index: number): number {
    const [table, at] = this.#find(index);
    return table.compositionOffset(at);
  }

  indexAt(time: number): number {
    if (time < this.tail.decodeTime(0)) return this.head.indexAt(time);
    return this.head.count + this.tail.indexAt(time);
  }

  syncFrom(index: number): number {
    const sync = index < this.head.count ? this.head.syncFrom(index) : this.head.count;
    if (sync < this.head.count) return sync;
    return this.head.count + this.tail.syncFrom(Math.max(0, index - this.head.count));
  }

  syncUpTo(index: number): number {
    const sync = index < this.head.count ? -1 : this.tail.syncUpTo(index - this.head.count);
    return sync < 0
      ? this.head.syncUpTo(Math.min(index, this.head.count - 1))
      : this.head.count + sync;
  }

  bytes(first: number, end: number): number {
    const { count } = this.head;
    const head = first < count ? this.head.bytes(first, Math.min(end, count)) : 0;
    const tail = end > count ? this.tail.bytes(Math.max(0, first - count), end - count) : 0;
    return head + tail;
  }

  bytesBetween(ascending: Float64Array): Float64Array {
    const { count } = this.head;
    const heads = this.head.bytesBetween(ascending.map((index) => Math.min(index, count)));
    const tails = this.tail.bytesBetween(ascending.map((index) => Math.max(0, index - count)));
    return heads.map((bytes, i) => bytes + tails[i]!);
  }

  uniformFields(first: number, end: number): UniformFields {
    const { count } = this.head;
    if (end < count) return this.head.uniformFields(first, end);
    if (first >= count) return this.tail.uniformFields(first - count, end - count);
    return findUniformFields(this.readSamples(first, end));
  }

  description(index: number): number {
    const [table, at] = this.#find(index);
    return table.description(at);
  }

  descriptionEnd(index: number): number {
    const [table, at] = this.#find(index);
    const end = table.descriptionEnd(at);
    if (table === this.tail) return this.head.count + end;
    const goesOn = end === this.head.count && this.tail.description(0) === table.description(at);
    return goesOn ? this.head.count + this.tail.descriptionEnd(0) : end;
  }

  scanSamples(first: number, end: number): Samples {
    return this.readSamples(first, end);
  }

  readSamplesUncached(first: number, end: number): Samples {
    return this.readSamples(first, end);
  }

  readSamples(first: number, end: number): Samples {
    const { count } = this.head;
    if (first >= count) return this.tail.readSamples(first - count, end - count);
    const head = this.head.readSamples(first, Math.min(end, count));
    if (end < count) return head;
    head.durations[count - 1 - first] = this.#bridge;
    return end === count ? head : concatenate(head, this.tail.readSamples(0, end - count));
  }

  #find(index: number): [table: SampleTable, index: number] {
    const { count } = this.head;
    return index < count ? [this.head, index] : [this.tail, index - count];
  }
}

function concatenate(a: Samples, b: Samples): Samples {
  const both = newSamples(a.sizes.length + b.sizes.length);
  for (const column of ["offsets", "sizes", "durations", "compositionOffsets", "flags"] as const) {
    both[column].set(a[column]);
    both[column].set(b[column], a.sizes.length);
  }
  return both;
}
