/** Sync samples (14496-12 §8.6.2): the file's own bytes. */

import type { ByteReader } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";
import { readVersion } from "../box.ts";
import { type PagedTable, readRows } from "./paged_table.ts";

/** A list of sample numbers, ascending. Here, as all over AMS, samples count from 0. */
export class SyncSamples {
  readonly #table: PagedTable;
  readonly length: number;
  /** What `countUpTo` gave last: the next look is likely to be near. */
  #lastCount = 0;

  /** @param table 32-bit numbers from 1 up, as in stss */
  constructor(table: PagedTable) {
    this.#table = table;
    this.length = table.length / 4;
  }

  /** The sync sample number `i`. */
  at(i: number): number {
    return this.#table.u32(4 * i) - 1;
  }

  /** How many are at or before sample `index`. */
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
   * Whether every number is there once.
   *
   * @throws MediaError when numbers fall, or lie outside of 1 to `count`
   */
  check(count: number): boolean {
    let last = -1;
    let distinct = true;
    this.#table.scan(0, this.#table.length, (rows) => {
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
      ? `Cannot find sample ${index + 1} among ${count} samples`
      : `Cannot read sync sample ${index + 1} behind ${last + 1}`,
  );
}

/** Sync Sample (14496-12 §8.6.2), its rows. In stbl. */
export function readStss(r: ByteReader): Uint8Array {
  readVersion(r, 0);
  return readRows(r, r.u32(), 4);
}
