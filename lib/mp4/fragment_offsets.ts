/** Where fragments begin, as indexes of a file say. AMS trusts them no further than to load bytes ahead of time. */

import type { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { readBoxes, readVersion } from "./box.ts";

/**
 * Segment Index (14496-12 §8.16.3). Returns the offsets of subsegments in the file, or of further indexes.
 *
 * @param end of the box in the file
 */
export function readSidx(r: ByteReader, end: number): number[] {
  const { version } = readVersion(r, 1);
  r.skip(8); // reference_ID, timescale
  r.skip(version === 1 ? 8 : 4); // earliest_presentation_time
  let offset = end + (version === 1 ? r.u64() : r.u32());
  r.skip(2);
  return Array.from({ length: checkCount(r, r.u16(), 12) }, () => {
    const start = offset;
    offset += r.u32() % 2 ** 31; // referenced_size
    r.skip(8);
    return start;
  });
}

/** Movie Fragment Random Access (14496-12 §8.8.9). Returns the offsets of fragments in the file, of one track after the other. */
export function readMfra(r: ByteReader): number[] {
  const offsets: number[][] = [];
  readBoxes(r, { tfra: (r) => offsets.push(readTfra(r)) });
  return offsets.flat();
}

/** Track Fragment Random Access (14496-12 §8.8.10). */
function readTfra(r: ByteReader): number[] {
  const { version } = readVersion(r, 1);
  r.skip(4); // track_ID
  const lengths = r.u32() & 0b111111;
  const numbers = 3 + (lengths >> 4) + (lengths >> 2 & 3) + (lengths & 3); // of traf, trun and sample
  const size = version === 1 ? 8 : 4;
  return Array.from({ length: checkCount(r, r.u32(), 2 * size + numbers) }, () => {
    r.skip(size); // time
    const offset = version === 1 ? r.u64() : r.u32();
    r.skip(numbers);
    return offset;
  });
}

/** Movie Fragment Random Access Offset (14496-12 §8.8.11), at the end of a file. Returns the size of mfra; undefined for other bytes. */
export function readMfro(r: ByteReader): number | undefined {
  if (r.left !== MFRO_SIZE || r.u32() !== MFRO_SIZE || r.ascii(4) !== "mfro") return undefined;
  r.skip(4);
  return r.u32();
}

/** In bytes, with its header. */
export const MFRO_SIZE = 16;

function checkCount(r: ByteReader, count: number, size: number): number {
  if (count * size <= r.left) return count;
  throw new MediaError(`Cannot read ${count} entries where ${r.left} bytes are left`);
}
