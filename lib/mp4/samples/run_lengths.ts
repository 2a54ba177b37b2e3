/** Run-length tables, as stts and ctts are: the file's own bytes, and a checkpoint every few runs. */

import { binarySearchLessOrEqual } from "../../binary_search.ts";
import { type RunCheckpoints, STORED_STRIDE as FEW } from "./checkpoints.ts";
import type { PagedTable } from "./paged_table.ts";

/** Runs from one checkpoint to the next, where the table was passed through. */
const SCAN_STRIDE = 32;

/** Samples that follow each other, with one value for each. */
export interface Run {
  /** Number of the run, from 0. */
  run: number;
  /** Its first sample. */
  first: number;
  /** Values of all samples before it, added up. */
  sum: number;
}

/** Runs of 8 bytes: a count and a value, unsigned as they are read here. */
export class RunLengths {
  readonly #table: PagedTable;
  readonly #stride: number;
  readonly #firsts: Float64Array;
  readonly #sums: Float64Array;
  /** 1 for each checkpoint behind which, up to the next one, samples differ. */
  readonly #mixed: Uint8Array;
  /** Where the last look ended: the next one is likely to be near. */
  readonly #cursor: Run = { run: 0, first: 0, sum: 0 };
  readonly length: number;
  /** Samples in all runs. */
  samples = 0;
  /** Values of all samples, added up. */
  sum = 0;
  /** Smallest value of a sample, as a signed number; 0 where none is below. */
  min = 0;
  /** Samples that the table itself does not cover. */
  readonly missing: number = 0;

  /**
   * @param table the runs, without the box's header
   * @param samples what the runs should cover: the last value goes on where they are fewer
   * @param known of this table: it is not passed through
   */
  constructor(table: PagedTable, samples = 0, known?: RunCheckpoints) {
    this.#table = table;
    this.length = Math.floor(table.length / 8);
    const few = Math.ceil(this.length / FEW);
    if (known?.firsts.length !== few || known.sums.length !== few) known = undefined; // of no table of ours
    this.#stride = known ? FEW : SCAN_STRIDE;
    const rows = Math.ceil(this.length / this.#stride);
    this.#firsts = known?.firsts ?? new Float64Array(rows);
    this.#sums = known?.sums ?? new Float64Array(rows);
    this.#mixed = new Uint8Array(rows);
    if (known) ({ samples: this.samples, sum: this.sum, min: this.min } = known);
    else table.scan(0, 8 * this.length, (rows, at) => this.#scanRows(rows, at / 8));
    this.missing = this.length > 0 ? Math.max(0, samples - this.samples) : 0;
    if (this.missing > 0) this.sum += this.missing * this.value(this.length - 1);
    this.samples += this.missing;
  }

  /** What this table's pass told, or was known. */
  checkpoints(): RunCheckpoints {
    const { samples, missing, sum, min, length } = this;
    const more = missing > 0 ? missing * this.value(length - 1) : 0;
    const every = FEW / this.#stride;
    const few = (_: number, i: number) => i % every === 0;
    return {
      firsts: this.#firsts.filter(few),
      sums: this.#sums.filter(few),
      samples: samples - missing,
      sum: sum - more,
      min: min,
    };
  }

  count(run: number): number {
    return this.#table.u32(8 * run) + (run === this.length - 1 ? this.missing : 0);
  }

  value(run: number): number {
    return this.#table.u32(8 * run + 4);
  }

  /** The run that holds sample `index`, until the next look; the last one, where none does. */
  findRun(index: number): Readonly<Run> {
    const at = this.#cursor;
    const ahead = index - at.first;
    if (ahead < 0 || ahead >= SCAN_STRIDE) {
      this.#seek(binarySearchLessOrEqual(this.#firsts, index), ahead < 0);
    }
    for (; at.run + 1 < this.length; at.run++) {
      const count = this.count(at.run);
      if (at.first + count > index) break;
      at.first += count;
      at.sum += count * this.value(at.run);
    }
    return at;
  }

  /** The last run before which the values add up to no more than `sum`, until the next look. */
  findRunAtSum(sum: number): Readonly<Run> {
    const at = this.#cursor;
    this.#seek(binarySearchLessOrEqual(this.#sums, sum), sum < at.sum);
    for (; at.run + 1 < this.length; at.run++) {
      const count = this.count(at.run);
      const next = at.sum + count * this.value(at.run);
      if (next > sum) break;
      at.first += count;
      at.sum = next;
    }
    return at;
  }

  /** Puts the runs of `count` samples from `first` on into memory, where they stay: they have one each at most. */
  load(first: number, count: number): void {
    const { run } = this.findRun(first);
    this.#table.load(8 * run, 8 * (run + count + 1));
  }

  /** Values of the samples from `first` on, to the end of `into` or of the runs. */
  fill(first: number, into: Uint32Array | Int32Array): void {
    let { run, first: start } = this.findRun(first);
    for (const end = first + into.length; run < this.length && start < end; run++) {
      const count = this.count(run);
      into.fill(this.value(run), Math.max(0, start - first), start + count - first);
      start += count;
    }
  }

  /** All samples from `first` up to, not with, `end` have one value. */
  isUniform(first: number, end: number): boolean {
    if (this.length === 0) return true;
    const stride = binarySearchLessOrEqual(this.#firsts, first) + 1;
    if (this.#mixed[stride] && this.#firsts[stride + 1]! <= end) return false; // no look at the table
    const at = this.findRun(first);
    const value = this.value(at.run);
    let next = at.first + this.count(at.run);
    for (let run = at.run + 1; run < this.length && next < end; run++) {
      const count = this.count(run);
      if (count > 0 && this.value(run) !== value) return false;
      next += count;
    }
    return true;
  }

  /** Sets the checkpoints in these rows. A million runs in a long title: nothing is called for one of them. */
  #scanRows(rows: DataView, run: number): void {
    let { samples, sum, min } = this;
    for (let at = 0; at < rows.byteLength; run += SCAN_STRIDE) {
      this.#firsts[run / SCAN_STRIDE] = samples;
      this.#sums[run / SCAN_STRIDE] = sum;
      let last = -1;
      for (const end = Math.min(at + 8 * SCAN_STRIDE, rows.byteLength); at < end; at += 8) {
        const count = rows.getUint32(at);
        if (count === 0) continue;
        const value = rows.getUint32(at + 4);
        if (value !== last && last >= 0) this.#mixed[run / SCAN_STRIDE] = 1;
        last = value;
        samples += count;
        sum += count * value;
        min = Math.min(min, value | 0);
      }
    }
    Object.assign(this, { samples, sum, min });
  }

  /** Goes to a checkpoint, where that is back or shortens the way. */
  #seek(checkpoint: number, back: boolean): void {
    const at = this.#cursor;
    const i = Math.max(0, checkpoint);
    if (!back && at.run >= this.#stride * i) return;
    at.run = this.#stride * i;
    at.first = this.#firsts[i] ?? 0;
    at.sum = this.#sums[i] ?? 0;
  }
}
