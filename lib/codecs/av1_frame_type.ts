/** Types of frames of AV1 (AV1 Bitstream & Decoding Process Specification §5.9.2). */

import { BitReader } from "../bits.ts";
import { MediaError } from "../errors.ts";
import type { FrameType } from "./codec.ts";
import { OBU_SEQUENCE_HEADER, readUnitHeader } from "./av1_sequence_header.ts";

const OBU_FRAME_HEADER = 3;
const OBU_FRAME = 6;

/** frame_type: key, inter, intra only, switch. */
const FRAME_TYPES: readonly FrameType[] = ["key", "inter", "intra", "inter"];

/**
 * Classifies a temporal unit by its first frame. A key frame that is not shown at once lets no playback start (AV1 ISOBMFF §2.4).
 * Returns undefined if the bytes end before a frame header.
 */
export function getAv1FrameType(units: Uint8Array): FrameType | undefined {
  const r = new BitReader(units);
  let isReduced = false;
  try {
    while (r.left >= 8) {
      const { type, size } = readUnitHeader(r);
      const end = r.position + 8 * size;
      if (type === OBU_SEQUENCE_HEADER) {
        r.skip(3 + 1);
        isReduced = r.bit() === 1;
      }
      if (type === OBU_FRAME_HEADER || type === OBU_FRAME) return readFrameType(r, isReduced);
      if (end > 8 * units.length) return undefined;
      r.position = end;
    }
  } catch (error) {
    if (!(error instanceof MediaError)) throw error; // truncated
  }
  return undefined;
}

function readFrameType(r: BitReader, isReduced: boolean): FrameType {
  if (isReduced) return "key";
  const showsExisting = r.bit() === 1;
  if (showsExisting) return "inter";
  const type = FRAME_TYPES[r.bits(2)]!;
  const isShown = r.bit() === 1;
  return type === "key" && !isShown ? "intra" : type;
}
