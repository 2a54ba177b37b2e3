/** Sync samples (14496-12 §8.6.2): the file's own bytes. */

import type { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { readVersion } from "./box.ts";
import { takeTable } from "./sample_sizes.ts";

/** A list of sample numbers, ascending. Here, as all over AMS, samples count from 0. */
export class SyncSamples {
  readonly #view: DataView;
  readonly length: number;

  /** @param table 32-bit numbers from 1 up, as in stss */
  constructor(table: Uint8Array) {
    this.#view = new DataView(table.buffer, table.byteOffset, table.byteLength);
    this.length = table.length / 4;
  }

  /** The sync sample number `i`. */
  at(i: number): number {
    return this.#view.getUint32(4 * i) - 1;
  }

  /** How many are at or before sample `index`. */
  upTo(index: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle) <= index) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** @throws MediaError when numbers fall, or lie outside of 1 to `count` */
  check(count: number): void {
    let last = 0;
    for (let i = 0; i < this.length; i++) {
      const index = this.at(i);
      if (index < last || index >= count) {
        throw new MediaError(
          index < 0 || index >= count
            ? `Cannot find sample ${index + 1} among ${count} samples`
            : `Cannot read sync sample ${index + 1} behind ${last + 1}`,
        );
      }
      last = index;
    }
  }
}

/** Sync Sample (14496-12 §8.6.2). In stbl. */
export function readStss(r: ByteReader): SyncSamples {
  readVersion(r, 0);
  return new SyncSamples(takeTable(r, r.u32(), 4));
}
