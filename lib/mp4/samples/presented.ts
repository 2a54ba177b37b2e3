/** Samples that are presented, without those that only decoding needs. */

import { binarySearchLessOrEqual } from "../../binary_search.ts";
import type { SampleTable } from "./sample_table.ts";

/** Counts the presented samples of a table. They are all unless the table hides some. */
export class PresentedSamples {
  readonly count: number;
  readonly #hidden: ReadonlySet<number>;
  /** By hidden sample: how many presented ones are before it. */
  readonly #before: Float64Array;

  constructor({ count, hidden = new Float64Array() }: Pick<SampleTable, "count" | "hidden">) {
    this.count = count - hidden.length;
    this.#hidden = new Set(hidden);
    this.#before = hidden.map((index, i) => index - i);
  }

  has(index: number): boolean {
    return !this.#hidden.has(index);
  }

  /** Returns the index in the table of a presented sample. */
  toTable(presented: number): number {
    return presented + binarySearchLessOrEqual(this.#before, presented) + 1;
  }
}
