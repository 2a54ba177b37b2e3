import { binarySearchLessOrEqual } from "../../binary_search.ts";
import { type RunCheckpoints, STORED_STRIDE } from "./checkpoints.ts";
import type { RowRange } from "./moov_buffer.ts";
import type { PagedTable } from "./paged_table.ts";

/** Divides STORED_STRIDE. */
const SCAN_STRIDE = 32;

export interface Run {
  run: number;
  first: number;
  /** Sum of the values of all samples before the run. */
  sum: number;
}

/** Run-length table with checkpoints (stts, ctts): rows of a count and a value, both unsigned. */
export class RunLengths {
  readonly #table: PagedTable;
  readonly #stride: number;
  readonly #firsts: Float64Array;
  readonly #sums: Float64Array;
  /** 1 for each checkpoint that is followed by different values. */
  readonly #mixed: Uint8Array;
  readonly #cursor: Run = { run: 0, first: 0, sum: 0 };
  readonly #max: number;
  readonly length: number;
  samples = 0;
  sum = 0;
  /** Signed; at most 0. */
  min = 0;
  /** Undefined if checkpoints are known, until it is requested. */
  #greatest: number | undefined;
  /** Samples after the last run, which repeat its value. */
  readonly missing: number = 0;
  /** Samples whose value exceeds `max`; 0 if the table was not scanned. */
  excessive = 0;

  /**
   * @param samples minimum number of samples
   * @param max greatest value; a greater one is read as 1
   */
  constructor(
    table: PagedTable,
    samples = 0,
    { known, max = Infinity }: { known?: RunCheckpoints | undefined; max?: number } = {},
  ) {
    this.#table = table;
    this.#max = max;
    this.length = Math.floor(table.byteLength / 8);
    const stored = Math.ceil(this.length / STORED_STRIDE);
    if (known?.firsts.length !== stored || known.sums.length !== stored) known = undefined; // of another table
    this.#stride = known ? STORED_STRIDE : SCAN_STRIDE;
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

  /** Greatest value: signed; at least 0. */
  get greatest(): number {
    return this.#greatest ??= this.#computeGreatest();
  }

  checkpoints(): RunCheckpoints {
    const { samples, missing, sum, min, length } = this;
    const added = missing > 0 ? missing * this.value(length - 1) : 0;
    const every = STORED_STRIDE / this.#stride;
    const isStored = (_: number, i: number) => i % every === 0;
    return {
      firsts: this.#firsts.filter(isStored),
      sums: this.#sums.filter(isStored),
      samples: samples - missing,
      sum: sum - added,
      min,
    };
  }

  count(run: number): number {
    return this.#table.u32(8 * run) + (run === this.length - 1 ? this.missing : 0);
  }

  value(run: number): number {
    return limit(this.#table.u32(8 * run + 4), this.#max);
  }

  /** Finds the run of a sample, else the last run. Valid until the next lookup. */
  findRun(index: number): Readonly<Run> {
    const cursor = this.#cursor;
    const ahead = index - cursor.first;
    if (ahead < 0 || ahead >= SCAN_STRIDE) {
      this.#seek(binarySearchLessOrEqual(this.#firsts, index), ahead < 0);
    }
    while (cursor.run + 1 < this.length && cursor.first + this.count(cursor.run) <= index) {
      this.#skipRuns(index);
    }
    return cursor;
  }

  /** Moves the cursor past runs that end at or before `index`, and whose rows are in memory. */
  #skipRuns(index: number): void {
    const cursor = this.#cursor;
    let { run, first, sum } = cursor;
    const max = this.#max;
    const rows = this.#table.rowsFrom(8 * run, 8);
    for (let at = 0; at + 8 <= rows.byteLength && run + 1 < this.length; at += 8, run++) {
      const count = rows.getUint32(at);
      if (first + count > index) break;
      first += count;
      sum += count * limit(rows.getUint32(at + 4), max);
    }
    cursor.run = run;
    cursor.first = first;
    cursor.sum = sum;
  }

  /** Finds the last run with a preceding sum ≤ `sum`. Valid until the next lookup. */
  findRunAtSum(sum: number): Readonly<Run> {
    const cursor = this.#cursor;
    this.#seek(binarySearchLessOrEqual(this.#sums, sum), sum < cursor.sum);
    for (; cursor.run + 1 < this.length; cursor.run++) {
      const count = this.count(cursor.run);
      const next = cursor.sum + count * this.value(cursor.run);
      if (next > sum) break;
      cursor.first += count;
      cursor.sum = next;
    }
    return cursor;
  }

  /** Returns where the rows of samples are, up to the next checkpoint. */
  toRowRanges(first: number, end: number): RowRange[] {
    const firsts = this.#firsts;
    const start = Math.max(0, binarySearchLessOrEqual(firsts, first));
    const next = binarySearchLessOrEqual(firsts, end) + 1;
    return this.#table.toRowRanges(8 * this.#stride * start, 8 * this.#stride * next);
  }

  load(first: number, count: number): void {
    const { run } = this.findRun(first);
    this.#table.load(8 * run, 8 * (run + count + 1));
  }

  /** Copies values until `into` is full or the runs end. */
  fill(first: number, into: Uint32Array | Int32Array): void {
    const { run: firstRun, first: start } = this.findRun(first);
    let at = 8 * firstRun;
    let runEnd = start - first;
    const max = this.#max;
    for (let i = 0; at < 8 * this.length && runEnd < into.length;) {
      const rows = this.#table.rowsFrom(at, 8);
      for (let row = 0; row + 8 <= rows.byteLength && runEnd < into.length; row += 8, at += 8) {
        runEnd += rows.getUint32(row) + (at === 8 * (this.length - 1) ? this.missing : 0);
        const value = limit(rows.getUint32(row + 4), max);
        for (const end = Math.min(runEnd, into.length); i < end; i++) into[i] = value;
      }
    }
  }

  isUniform(first: number, end: number): boolean {
    if (this.length === 0) return true;
    const stride = binarySearchLessOrEqual(this.#firsts, first) + 1;
    if (this.#mixed[stride] && this.#firsts[stride + 1]! <= end) return false;
    const cursor = this.findRun(first);
    const value = this.value(cursor.run);
    let next = cursor.first + this.count(cursor.run);
    for (let run = cursor.run + 1; run < this.length && next < end; run++) {
      const count = this.count(run);
      if (count > 0 && this.value(run) !== value) return false;
      next += count;
    }
    return true;
  }

  /** No calls per run: a long movie has a million of them. */
  #scanRows(rows: DataView, run: number): void {
    let { samples, sum, min, excessive } = this;
    const max = this.#max;
    let greatest = this.#greatest ?? 0;
    for (let at = 0; at < rows.byteLength; run += SCAN_STRIDE) {
      this.#firsts[run / SCAN_STRIDE] = samples;
      this.#sums[run / SCAN_STRIDE] = sum;
      let last = -1;
      for (const end = Math.min(at + 8 * SCAN_STRIDE, rows.byteLength); at < end; at += 8) {
        const count = rows.getUint32(at);
        if (count === 0) continue;
        let value = rows.getUint32(at + 4);
        if (value > max) {
          excessive += count;
          value = 1;
        }
        if (value !== last && last >= 0) this.#mixed[run / SCAN_STRIDE] = 1;
        last = value;
        samples += count;
        sum += count * value;
        min = Math.min(min, value | 0);
        greatest = Math.max(greatest, value | 0);
      }
    }
    Object.assign(this, { samples, sum, min, excessive });
    this.#greatest = greatest;
  }

  #computeGreatest(): number {
    let greatest = 0;
    this.#table.scan(0, 8 * this.length, (rows) => {
      for (let at = 0; at < rows.byteLength; at += 8) {
        if (rows.getUint32(at) > 0) greatest = Math.max(greatest, rows.getInt32(at + 4));
      }
    });
    return greatest;
  }

  #seek(checkpoint: number, backwards: boolean): void {
    const cursor = this.#cursor;
    const i = Math.max(0, checkpoint);
    if (!backwards && cursor.run >= this.#stride * i) return;
    cursor.run = this.#stride * i;
    cursor.first = this.#firsts[i] ?? 0;
    cursor.sum = this.#sums[i] ?? 0;
  }
}

/** Returns 1 for a value above `max`, such as a negative duration. */
function limit(value: number, max: number): number {
  return value > max ? 1 : value;
}
