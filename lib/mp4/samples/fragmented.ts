import { MediaError } from "../../errors.ts";
import { Column } from "./column.ts";
import { getColumnOffsets, getRowSize, type Trun } from "../trun.ts";
import { binarySearchLessOrEqual } from "../../binary_search.ts";
import {
  createSamples,
  IS_NON_SYNC,
  type Samples,
  type SampleTable,
  type UniformFields,
} from "./sample_table.ts";

/** A lookup sums the values of one run. */
const MAX_RUN_LENGTH = 256;

/** Fields of a trun's samples that its rows do not contain. */
export interface ImplicitFields {
  readonly offset: number;
  /** Counted from 0. */
  readonly description: number;
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

export interface FragmentedTableOptions {
  /** Decode time of the first sample without a tfdt. */
  readonly time?: number;
  /** Minimum decode time of a tfdt. */
  readonly earliest?: number;
  /** Omits samples of 0 bytes, as `NonEmptyTable` does. */
  readonly omitsEmpty?: boolean;
}

/** Grows with its file: samples do not change after the next one of them was added. */
export class FragmentedTable implements SampleTable {
  readonly #sizes = new Column(Uint32Array);
  readonly #durations = new Column(Uint32Array);
  readonly #flags = new Column(Uint32Array);
  readonly #compositionOffsets = new Column(Int32Array);
  /** Per run: first sample, data offset, decode time, and bytes of all samples before it. */
  readonly #firsts: number[] = [];
  readonly #dataOffsets: number[] = [];
  readonly #times: number[] = [];
  readonly #bytes: number[] = [];
  readonly #descriptionFirsts: number[] = [];
  readonly #descriptions: number[] = [];
  /** Sync samples among the first `#syncsEnd` samples. */
  #syncs = new Uint32Array();
  #syncsEnd = 0;
  #nonSync = 0;
  #end: number;
  #total = 0;
  readonly #earliest: number;
  readonly #omitsEmpty: boolean;
  minCompositionOffset = 0;
  maxCompositionOffset = 0;

  constructor({ time = 0, earliest = 0, omitsEmpty = false }: FragmentedTableOptions = {}) {
    this.#end = time;
    this.#earliest = earliest;
    this.#omitsEmpty = omitsEmpty;
  }

  get count(): number {
    return this.#sizes.length;
  }

  get allSync(): boolean {
    return this.#nonSync === 0;
  }

  /** Decode time of the last sample: the minimum for the next one. */
  get lastTime(): number {
    const last = this.count - 1;
    return last < 0 ? this.#earliest : this.#end - this.#durations.at(last);
  }

  /**
   * Extends or shortens the last sample to end at `time`.
   *
   * @throws MediaError if it starts later, or its duration exceeds 32 bits
   */
  setNextTime(time: number): void {
    const last = this.count - 1;
    const start = this.lastTime;
    if (time < start) {
      throw new MediaError(`Cannot read decode time ${time}, expected at least ${start}`);
    }
    if (last >= 0 && time !== this.#end) {
      if (time - start >= 2 ** 32) {
        throw new MediaError(
          `Cannot read decode time ${time}, expected less than ${start + 2 ** 32}`,
        );
      }
      this.#durations.set(last, time - start);
    }
    this.#end = time;
  }

  /**
   * Adds samples whose bytes the caller has checked against the file.
   *
   * @throws MediaError if the decode times exceed 2^53, or the duration of a sample with the empty ones after it 32 bits
   */
  append({ columns, rows, count, firstFlags }: Trun, implicit: ImplicitFields): void {
    const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
    const step = getRowSize(columns);
    const [durationAt, sizeAt, flagsAt, offsetAt] = getColumnOffsets(columns);
    let { offset } = implicit;
    let startsRun = true;
    for (let i = 0; i < count; i++) {
      const row = i * step;
      if (i % MAX_RUN_LENGTH === 0) startsRun = true;
      const duration = durationAt < 0 ? implicit.duration : view.getUint32(row + durationAt);
      const size = sizeAt < 0 ? implicit.size : view.getUint32(row + sizeAt);
      if (size === 0 && this.#omitsEmpty) {
        this.#extendLast(duration);
        continue;
      }
      if (startsRun) this.#startRun(offset, implicit.description);
      startsRun = false;
      const defaultFlags = i === 0 && firstFlags !== undefined ? firstFlags : implicit.flags;
      const flags = flagsAt < 0 ? defaultFlags : view.getUint32(row + flagsAt);
      this.#push(duration, size, flags, offsetAt < 0 ? 0 : view.getInt32(row + offsetAt));
      offset += size;
    }
    if (!Number.isSafeInteger(this.#end)) {
      throw new MediaError(`Cannot represent ${this.#end}: over 2^53`);
    }
  }

  decodeTime(index: number): number {
    if (index >= this.count) return this.#end;
    const run = binarySearchLessOrEqual(this.#firsts, index);
    return this.#times[run]! + this.#durations.sum(this.#firsts[run]!, index);
  }

  compositionOffset(index: number): number {
    return this.#compositionOffsets.at(index);
  }

  indexAt(time: number): number {
    const run = binarySearchLessOrEqual(this.#times, time);
    if (run < 0) return -1;
    const end = this.#firsts[run + 1] ?? this.count;
    let index = this.#firsts[run]!;
    let next = this.#times[run]! + this.#durations.at(index);
    while (next <= time && index + 1 < end) next += this.#durations.at(++index);
    return index;
  }

  findSyncAtOrAfter(index: number): number {
    if (this.allSync) return Math.min(index, this.count);
    const syncs = this.#syncSamples();
    return syncs[binarySearchLessOrEqual(syncs, index - 1) + 1] ?? this.count;
  }

  findSyncAtOrBefore(index: number): number {
    if (this.allSync) return Math.min(index, this.count - 1);
    const syncs = this.#syncSamples();
    return syncs[binarySearchLessOrEqual(syncs, index)] ?? -1;
  }

  bytes(first: number, end: number): number {
    return this.#bytesBefore(end) - this.#bytesBefore(first);
  }

  bytesBetween(ascending: Float64Array): Float64Array {
    return ascending.subarray(1).map((end, i) => this.bytes(ascending[i]!, end));
  }

  uniformFields(first: number, end: number): UniformFields {
    const flags = !this.#flags.isUniform(first + 1, end)
      ? "mixed"
      : this.#flags.isUniform(first, Math.min(end, first + 2))
      ? "all"
      : "all but first";
    const [durations, offsets] = [this.#durations, this.#compositionOffsets].map((column) =>
      column.isUniform(first, end)
    );
    return { durations: durations!, offsets: offsets!, flags };
  }

  description(index: number): number {
    return this.#descriptions[binarySearchLessOrEqual(this.#descriptionFirsts, index)] ?? 0;
  }

  descriptionEnd(index: number): number {
    return this.#descriptionFirsts[binarySearchLessOrEqual(this.#descriptionFirsts, index) + 1] ??
      this.count;
  }

  scanSamples(first: number, end: number): Samples {
    return this.readSamples(first, end);
  }

  readSamplesUncached(first: number, end: number): Samples {
    return this.readSamples(first, end);
  }

  readSamples(first: number, end: number): Samples {
    const samples = createSamples(Math.max(0, end - first));
    this.#sizes.fill(first, samples.sizes);
    this.#durations.fill(first, samples.durations);
    this.#compositionOffsets.fill(first, samples.compositionOffsets);
    this.#flags.fill(first, samples.flags);
    this.#fillOffsets(first, samples);
    return samples;
  }

  #fillOffsets(first: number, { offsets, sizes }: Samples): void {
    let run = binarySearchLessOrEqual(this.#firsts, first);
    let offset = 0;
    for (let i = 0; i < offsets.length; i++) {
      if (i === 0) {
        const start = this.#firsts[run]!;
        offset = this.#dataOffsets[run]! + this.#sizes.sum(start, first);
      } else if (this.#firsts[run + 1] === first + i) offset = this.#dataOffsets[++run]!;
      offsets[i] = offset;
      offset += sizes[i]!;
    }
  }

  #startRun(offset: number, description: number): void {
    this.#firsts.push(this.count);
    this.#dataOffsets.push(offset);
    this.#times.push(this.#end);
    this.#bytes.push(this.#total);
    if (description === this.#descriptions.at(-1)) return;
    this.#descriptionFirsts.push(this.count);
    this.#descriptions.push(description);
  }

  #extendLast(duration: number): void {
    this.#end += duration;
    const last = this.count - 1;
    if (last < 0) return;
    const extended = this.#durations.at(last) + duration;
    if (extended >= 2 ** 32) {
      throw new MediaError(
        `Cannot read a sample of ${extended} ticks with the empty samples after it, expected 32 bits`,
      );
    }
    this.#durations.set(last, extended);
  }

  #push(duration: number, size: number, flags: number, compositionOffset: number): void {
    this.#durations.push(duration);
    this.#sizes.push(size);
    this.#flags.push(flags);
    this.#compositionOffsets.push(compositionOffset);
    this.#end += duration;
    this.#total += size;
    if (flags & IS_NON_SYNC) this.#nonSync++;
    if (compositionOffset < this.minCompositionOffset) {
      this.minCompositionOffset = compositionOffset;
    }
    if (compositionOffset > this.maxCompositionOffset) {
      this.maxCompositionOffset = compositionOffset;
    }
  }

  #bytesBefore(index: number): number {
    if (index >= this.count) return this.#total;
    const run = binarySearchLessOrEqual(this.#firsts, index);
    return this.#bytes[run]! + this.#sizes.sum(this.#firsts[run]!, index);
  }

  /** Computed lazily, since only segments need them, and extended at a cost in proportion to what is new. */
  #syncSamples(): Uint32Array {
    if (this.#syncsEnd === this.count) return this.#syncs;
    let next = this.#syncs.length;
    const count = this.count - this.#nonSync;
    let syncs = new Uint32Array(this.#syncs.buffer);
    if (count > syncs.length) {
      syncs = new Uint32Array(next === 0 ? count : Math.max(count, Math.ceil(1.5 * next)));
      syncs.set(this.#syncs);
    }
    for (let i = this.#syncsEnd; i < this.count; i++) {
      if (!(this.#flags.at(i) & IS_NON_SYNC)) syncs[next++] = i;
    }
    this.#syncsEnd = this.count;
    return this.#syncs = syncs.subarray(0, next);
  }
}
