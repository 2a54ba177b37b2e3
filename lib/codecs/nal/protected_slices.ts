/** Slices of samples that Common Encryption encrypts (ISO/IEC 23001-7 §9.5.2, §10.4.2). */

import { MediaError } from "../../errors.ts";
import type { SampleEntry } from "../../mp4/sample_entry.ts";
import type { ProtectedRangeFinder, SampleRange } from "../codec.ts";
import { UnitCounter } from "../unit_counter.ts";

/** Returns the bytes of a NAL unit that stay clear: the NAL unit and slice headers; undefined for all of it. */
export type SliceHeaderMeter = (nal: Uint8Array) => number | undefined;

/** Creates a finder of the bytes behind slice headers. A slice that ends within its header's last byte has none. */
export function createSliceFinder(
  lengthSize: number,
  measureHeader: SliceHeaderMeter,
  units = new UnitCounter(),
): ProtectedRangeFinder {
  return (sample) => {
    const ranges: SampleRange[] = [];
    for (let at = 0; at + lengthSize <= sample.length;) {
      const start = at + lengthSize;
      let length = 0;
      for (let i = at; i < start; i++) length = 256 * length + sample[i]!;
      const end = start + length;
      if (end > sample.length) {
        const left = sample.length - start;
        throw new MediaError(`Cannot read a NAL unit of ${length} bytes where ${left} are left`);
      }
      at = end;
      if (length === 0) continue;
      units.add();
      const header = measureHeader(sample.subarray(start, end));
      if (header !== undefined && header < length) ranges.push({ start: start + header, end });
    }
    return ranges;
  };
}

/**
 * Refuses tracks whose samples contain slices of other layers or views (14496-15 §7.5, §9.6), whose headers are not known.
 *
 * @throws MediaError `MEDIA_UNSUPPORTED`
 */
export function refuseLayers({ boxes }: SampleEntry, configurations: readonly string[]): void {
  const found = configurations.find((type) => boxes.has(type));
  if (!found) return;
  const reason =
    `Cannot protect video with further layers or views: its sample entry contains ${found}`;
  throw new MediaError(reason, "MEDIA_UNSUPPORTED");
}

/** Returns the parameter set that a slice refers to. */
export function requireParameterSet<T>(sets: ReadonlyMap<number, T>, id: number, name: string): T {
  const set = sets.get(id);
  if (!set) throw new MediaError(`Cannot read a slice header: ${name} ${id} is missing`);
  return set;
}

/** Ceil(Log2(value)): bits of an index below `value`. */
export function ceilLog2(value: number): number {
  return value > 1 ? 32 - Math.clz32(value - 1) : 0;
}
