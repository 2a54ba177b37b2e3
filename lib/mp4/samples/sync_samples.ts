import type { ByteReader, ByteWriter } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";
import { readVersion } from "../box.ts";
import type { RowRange } from "./moov_buffer.ts";
import { type PagedTable, readRows } from "./paged_table.ts";

/** Ascending list of sync samples, counted from 0. */
export class SyncSamples {
  readonly #table: PagedTable;
  readonly length: number;
  #lastCount = 0;

  constructor(table: PagedTable) {
    this.#table = table;
    this.length = table.byteLength / 4;
  }

  at(i: number): number {
    return this.#table.u32(4 * i) - 1;
  }

  /** Returns where the rows of samples are, as if all sync samples of `count` samples had the same distance. */
  toRowRanges(first: number, end: number, count: number): RowRange[] {
    const perSample = this.length / count;
    return this.#table.toRowRanges(
      4 * Math.floor(first * perSample - 1),
      4 * Math.ceil(end * perSample + 1),
    );
  }

  /** Searches exponentially around the last result. */
  countUpTo(index: number): number {
    let low = this.#lastCount;
    let high = this.#lastCount;
    for (let step = 1; low > 0 && this.at(low - 1) > index; step *= 2) {
      high = low - 1;
      low = Math.max(0, low - step);
    }
    if (low === this.#lastCount) {
      for (let step = 1; high < this.length && this.at(high) <= index; step *= 2) {
        low = high + 1;
        high = Math.min(this.length, high + step);
      }
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle) <= index) low = middle + 1;
      else high = middle;
    }
    return this.#lastCount = low;
  }

  /**
   * Returns whether the numbers are distinct.
   *
   * @throws MediaError if a number is less than the previous one, or not in 1 to `count`
   */
  check(count: number): boolean {
    let last = -1;
    let distinct = true;
    this.#table.scan(0, this.#table.byteLength, (rows) => {
      for (let at = 0; at < rows.byteLength; at += 4) {
        const index = rows.getUint32(at) - 1;
        if (index < Math.max(last, 0) || index >= count) throw toOrderError(index, last, count);
        if (index === last) distinct = false;
        last = index;
      }
    });
    return distinct;
  }
}

function toOrderError(index: number, last: number, count: number): MediaError {
  return new MediaError(
    index < 0 || index >= count
      ? `Cannot read sample_number ${index + 1}, expected 1 to ${count}`
      : `Cannot read sample_number ${index + 1}, expected at least ${last + 1}`,
  );
}

/**
 * Sync Sample (14496-12 §8.6.2); without the box all are sync samples.
 *
 * @param indices counted from 0; none if fragments contain the samples
 */
export function stss(w: ByteWriter, indices: Uint32Array = new Uint32Array()): void {
  w.fullBox("stss", 0, 0, () => {
    w.u32(indices.length);
    for (const index of indices) w.u32(index + 1);
  });
}

/** Sync Sample (14496-12 §8.6.2). */
export function readStss(r: ByteReader): Uint8Array {
  readVersion(r, 0);
  return readRows(r, r.u32(), 4);
}
