/** Sample tables with other decode times than those of the file (docs/design/timing.md). */

import { binarySearchLessOrEqual } from "../../binary_search.ts";
import type { StoredMoov, TableCheckpoints } from "./checkpoints.ts";
import { findDecodedBy, findUniformFields } from "./sample_table.ts";
import type {
  Retiming,
  SampleFields,
  Samples,
  SampleTable,
  UniformFields,
} from "./sample_table.ts";

/** Keeps everything of another table but decode times. */
export class RetimedTable implements SampleTable {
  readonly count: number;
  readonly allSync: boolean;
  readonly #table: SampleTable;

  constructor(table: SampleTable, readonly retiming: Retiming) {
    this.#table = table;
    this.count = table.count;
    this.allSync = table.allSync;
  }

  get minCompositionOffset(): number {
    return this.retiming.minCompositionOffset;
  }

  get maxCompositionOffset(): number {
    const leastShift = this.retiming.shifts.reduce((least, shift) => Math.min(least, shift), 0);
    return this.#table.maxCompositionOffset - leastShift;
  }

  get corrections(): readonly Float64Array[] | undefined {
    return this.#table.corrections;
  }

  get hidden(): Float64Array | undefined {
    return this.#table.hidden;
  }

  get covered(): Float64Array | undefined {
    return this.#table.covered;
  }

  get lastEdit(): number | undefined {
    return this.#table.lastEdit;
  }

  get moovDigest(): string | undefined {
    return this.#table.moovDigest;
  }

  decodeTime(index: number): number {
    return this.#table.decodeTime(index) + this.#getShift(index);
  }

  compositionOffset(index: number): number {
    return this.#table.compositionOffset(index) - this.#getShift(index);
  }

  indexAt(time: number): number {
    return findDecodedBy(this, time, { first: 0, end: this.count });
  }

  findSyncAtOrAfter(index: number): number {
    return this.#table.findSyncAtOrAfter(index);
  }

  findSyncAtOrBefore(index: number): number {
    return this.#table.findSyncAtOrBefore(index);
  }

  bytes(first: number, end: number): number {
    return this.#table.bytes(first, end);
  }

  bytesBetween(ascending: Float64Array): Float64Array {
    return this.#table.bytesBetween(ascending);
  }

  uniformFields(first: number, end: number): UniformFields {
    const isUnchanged = this.#findChange(first) === this.#findChange(end + 1);
    return isUnchanged
      ? this.#table.uniformFields(first, end)
      : findUniformFields(this.scanSamples(first, end));
  }

  description(index: number): number {
    return this.#table.description(index);
  }

  descriptionEnd(index: number): number {
    return this.#table.descriptionEnd(index);
  }

  readSamples(first: number, end: number): Samples {
    return this.#retime(first, this.#table.readSamples(first, end));
  }

  readSamplesUncached(first: number, end: number): Samples {
    return this.#retime(first, this.#table.readSamplesUncached(first, end));
  }

  scanSamples(first: number, end: number): SampleFields {
    return this.#retime(first, this.#table.scanSamples(first, end));
  }

  checkpoints(): TableCheckpoints | undefined {
    return this.#table.checkpoints?.();
  }

  storeMoov(): StoredMoov | undefined {
    return this.#table.storeMoov?.();
  }

  /** Returns the position of the first change at or after a sample. */
  #findChange(index: number): number {
    return binarySearchLessOrEqual(this.retiming.samples, index - 1) + 1;
  }

  #getShift(index: number): number {
    const change = this.#findChange(index);
    return this.retiming.samples[change] === index ? this.retiming.shifts[change]! : 0;
  }

  /** Changes columns that no other caller has. */
  #retime<S extends SampleFields>(first: number, samples: S): S {
    const { durations, compositionOffsets } = samples;
    const { samples: changed, shifts } = this.retiming;
    const end = first + durations.length;
    for (let change = this.#findChange(first); changed[change]! <= end; change++) {
      const [row, shift] = [changed[change]! - first, shifts[change]!];
      if (row > 0) durations[row - 1]! += shift; // sums wrap around until both ends of a sample are changed
      if (row === durations.length) break;
      durations[row]! -= shift;
      compositionOffsets[row]! -= shift;
    }
    return samples;
  }
}
