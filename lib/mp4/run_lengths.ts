/** Run-length tables, as stts and ctts are: the file's own bytes, and a checkpoint every few runs. */

/** Runs from one checkpoint to the next. */
const STRIDE = 64;

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
  readonly #view: DataView;
  readonly #firsts: Float64Array;
  readonly #sums: Float64Array;
  readonly length: number;
  /** Samples in all runs. */
  readonly samples: number;
  /** Values of all samples, added up. */
  readonly sum: number;
  /** Samples that the table itself does not cover. */
  readonly missing: number = 0;

  /**
   * @param table the runs, without the box's header
   * @param samples what the runs should cover: the last value goes on where they are fewer
   */
  constructor(table: Uint8Array, samples = 0) {
    this.#view = new DataView(table.buffer, table.byteOffset, table.byteLength);
    this.length = Math.floor(table.length / 8);
    this.#firsts = new Float64Array(Math.ceil(this.length / STRIDE));
    this.#sums = new Float64Array(this.#firsts.length);
    const end = this.#setCheckpoints();
    this.missing = this.length > 0 ? Math.max(0, samples - end.first) : 0;
    this.samples = end.first + this.missing;
    this.sum = end.sum + (this.length > 0 ? this.missing * this.value(this.length - 1) : 0);
  }

  count(run: number): number {
    return this.#view.getUint32(8 * run) + (run === this.length - 1 ? this.missing : 0);
  }

  value(run: number): number {
    return this.#view.getUint32(8 * run + 4);
  }

  /** The run that holds sample `index`; the last one, where none does. */
  runOf(index: number): Run {
    const at = this.#checkpoint(this.#firsts, index);
    while (at.run + 1 < this.length && at.first + this.count(at.run) <= index) this.#pass(at);
    return at;
  }

  /** The last run before which the values add up to no more than `sum`. */
  runAtSum(sum: number): Run {
    const at = this.#checkpoint(this.#sums, sum);
    const next = { ...at };
    while (at.run + 1 < this.length) {
      this.#pass(next);
      if (next.sum > sum) break;
      Object.assign(at, next);
    }
    return at;
  }

  /** Values of the samples from `first` on, to the end of `into` or of the runs. */
  fill(first: number, into: Uint32Array | Int32Array): void {
    const at = this.runOf(first);
    const end = first + into.length;
    for (; at.run < this.length && at.first < end; this.#pass(at)) {
      const from = Math.max(0, at.first - first);
      into.fill(this.value(at.run), from, at.first + this.count(at.run) - first);
    }
  }

  #setCheckpoints(): Run {
    const view = this.#view; // a million runs in a long title: no look-up in the loop
    let first = 0;
    let sum = 0;
    for (let run = 0; run < this.length; run++) {
      if (run % STRIDE === 0) {
        this.#firsts[run / STRIDE] = first;
        this.#sums[run / STRIDE] = sum;
      }
      const count = view.getUint32(8 * run);
      first += count;
      sum += count * view.getUint32(8 * run + 4);
    }
    return { run: this.length, first, sum };
  }

  #pass(at: Run): void {
    const count = this.count(at.run);
    at.first += count;
    at.sum += count * this.value(at.run);
    at.run++;
  }

  #checkpoint(column: Float64Array, value: number): Run {
    const i = Math.max(0, lastNotAbove(column, value));
    return { run: STRIDE * i, first: this.#firsts[i] ?? 0, sum: this.#sums[i] ?? 0 };
  }
}

/** Index of the last number that is not above `value`, in an ascending list; -1 where all are. */
export function lastNotAbove(
  list: { readonly [i: number]: number; length: number },
  value: number,
) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
