/** Types of access units of AVC (14496-10 §7.3). */

import { BitReader, removeEmulationPrevention } from "../../bits.ts";
import { MediaError } from "../../errors.ts";
import type { FrameType } from "../codec.ts";

const SLICES = [1, 2];
const IDR = 5;
const SEI = 6;
const RECOVERY_POINT = 6;

/** slice_type modulo 5 (§7.4.3): I and SI. */
const INTRA_SLICES = [2, 4];

/**
 * Classifies an access unit by its first slice. Intra slices without IDR start a key frame at a recovery point, as encoders of open
 * GOPs write it. Returns undefined if the NAL units end before a slice.
 */
export function getAvcFrameType(nals: Iterable<Uint8Array>): FrameType | undefined {
  let isRecoveryPoint = false;
  for (const nal of nals) {
    const type = nal[0]! & 31;
    if (type === IDR) return "key";
    if (type === SEI) isRecoveryPoint ||= hasRecoveryPoint(nal);
    if (!SLICES.includes(type)) continue;
    if (!isIntraSlice(nal)) return "inter";
    return isRecoveryPoint ? "key" : "intra";
  }
  return undefined;
}

/** slice_header() (§7.3.3). */
function isIntraSlice(nal: Uint8Array): boolean {
  const r = new BitReader(removeEmulationPrevention(nal.subarray(0, 16)));
  try {
    r.skip(8);
    r.ue(); // first_mb_in_slice
    return INTRA_SLICES.includes(r.ue() % 5);
  } catch (error) {
    if (error instanceof MediaError) return false; // truncated
    throw error;
  }
}

/** sei_rbsp() (§7.3.2.3) with a recovery point at once: gradual refresh starts with another recovery_frame_cnt. */
function hasRecoveryPoint(nal: Uint8Array): boolean {
  const sei = removeEmulationPrevention(nal);
  let at = 1;
  const readSum = () => {
    let sum = 0;
    while (sei[at] === 255) sum += sei[at++]!;
    return sum + (sei[at++] ?? 0);
  };
  while (at + 2 < sei.length) {
    const type = readSum();
    const size = readSum();
    if (type === RECOVERY_POINT) return sei[at]! >> 7 === 1; // recovery_frame_cnt 0 is the code 1
    at += size;
  }
  return false;
}
