/** MHAS, the stream of packets of MPEG-H 3D Audio (ISO/IEC 23008-3 clause 14). */

import { BitReader } from "../bits.ts";
import { MediaError } from "../errors.ts";

/** MHASPacketType of the packet that contains mpegh3daConfig(). */
const CONFIGURATION = 1;

/** Precede the configuration: synchronization, markers, fill data. */
const MAX_PACKETS = 32;

/** Returns mpegh3daConfig(), at least its start, from a sample that starts a stream. @throws MediaError if it has none */
export function findMpeghConfig(sample: Uint8Array): Uint8Array {
  const r = new BitReader(sample);
  for (let i = 0; i < MAX_PACKETS && r.left > 0; i++) {
    const type = readEscapedValue(r, 3, 8, 8);
    readEscapedValue(r, 2, 8, 32); // MHASPacketLabel
    const size = readEscapedValue(r, 11, 24, 24);
    const at = r.position / 8; // the widths add up to whole bytes
    if (type === CONFIGURATION) return sample.subarray(at, at + size);
    r.skip(8 * size);
  }
  throw new MediaError("Cannot find a packet with mpegh3daConfig");
}

/** escapedValue() of ISO/IEC 23003-3 §5.2. */
function readEscapedValue(r: BitReader, ...widths: readonly number[]): number {
  let sum = 0;
  for (const width of widths) {
    const value = r.bits(width);
    sum += value;
    if (value < 2 ** width - 1) break;
  }
  return sum;
}
