/** Sequence parameter set of HEVC (23008-2 §7.3.2.2.1). */

import { BitReader, removeEmulationPrevention } from "../../bits.ts";
import { MediaError } from "../../errors.ts";
import { checkVideoSize } from "../video_properties.ts";
import { readVui, type Vui } from "./vui.ts";

export interface HevcSps extends Partial<Vui> {
  readonly width: number;
  readonly height: number;
  readonly isFieldCoded: boolean;
}

/** §7.4.3.2.1. */
const MAX_REFERENCE_PICTURE_SETS = 64;
const MAX_LONG_TERM_PICTURES = 32;
const MAX_REFERENCE_PICTURES = 16;

/**
 * Reads a NAL unit of layer 0 with header and emulation prevention bytes.
 *
 * @throws MediaError if the SPS is truncated or contains reserved values
 */
export function readHevcSps(nal: Uint8Array): HevcSps {
  const r = new BitReader(removeEmulationPrevention(nal));
  r.skip(16 + 4);
  const subLayers = r.bits(3) + 1;
  r.skip(1);
  skipProfileTierLevel(r, subLayers);
  r.ue(); // sps_seq_parameter_set_id
  const size = readSize(r);
  r.ue(); // bit depths
  r.ue();
  skipTools(r, subLayers);
  if (!r.bit()) return { ...size, isFieldCoded: false };
  const vui = readVui(r);
  if (r.bit()) skipCodes(r, 2); // chroma sample locations
  r.skip(1);
  return { ...size, ...vui, isFieldCoded: r.bit() === 1 };
}

function skipProfileTierLevel(r: BitReader, subLayers: number): void {
  r.skip(88 + 8);
  if (subLayers === 1) return;
  let bits = 0;
  for (let i = 1; i < subLayers; i++) bits += 88 * r.bit() + 8 * r.bit();
  r.skip(2 * (9 - subLayers) + bits); // flags are padded to 8 sub-layers
}

function readSize(r: BitReader): { width: number; height: number } {
  const format = r.ue();
  if (format > 3) throw new MediaError(`Cannot read chroma format ${format}: it is reserved`);
  const chromaArrayType = format === 3 && r.bit() ? 0 : format;
  const [width, height] = [r.ue(), r.ue()];
  const [left, right, top, bottom] = r.bit() ? [r.ue(), r.ue(), r.ue(), r.ue()] : [0, 0, 0, 0];
  const unitX = chromaArrayType === 1 || chromaArrayType === 2 ? 2 : 1;
  const unitY = chromaArrayType === 1 ? 2 : 1;
  return checkVideoSize(width - unitX * (left + right), height - unitY * (top + bottom));
}

function skipTools(r: BitReader, subLayers: number): void {
  const log2MaxPictureOrderCount = r.ue() + 4;
  for (let i = r.bit() ? 0 : subLayers - 1; i < subLayers; i++) skipCodes(r, 3);
  skipCodes(r, 6); // block sizes and transform depths
  if (r.bit() && r.bit()) skipScalingLists(r);
  r.skip(2);
  const hasPcm = r.bit();
  if (hasPcm) {
    r.skip(8);
    r.ue();
    r.ue();
    r.skip(1);
  }
  skipReferenceSets(r);
  const hasLongTermPictures = r.bit();
  if (hasLongTermPictures) {
    const count = checkCount(r.ue(), MAX_LONG_TERM_PICTURES, "long-term reference pictures");
    r.skip(count * (log2MaxPictureOrderCount + 1));
  }
  r.skip(2);
}

function skipScalingLists(r: BitReader): void {
  for (let sizeId = 0; sizeId < 4; sizeId++) {
    for (let matrixId = 0; matrixId < 6; matrixId += sizeId === 3 ? 3 : 1) {
      if (!r.bit()) {
        r.ue();
        continue;
      }
      if (sizeId > 1) r.se();
      for (let left = sizeId === 0 ? 16 : 64; left > 0; left--) r.se();
    }
  }
}

/** st_ref_pic_set() (§7.3.7). */
function skipReferenceSets(r: BitReader): void {
  const count = checkCount(r.ue(), MAX_REFERENCE_PICTURE_SETS, "reference picture sets");
  let pictures = 0;
  for (let i = 0; i < count; i++) {
    const isPredicted = i > 0 && r.bit() === 1;
    pictures = checkCount(
      isPredicted ? readPredictedSet(r, pictures) : readSet(r),
      MAX_REFERENCE_PICTURES,
      "references",
    );
  }
}

/** Returns the pictures taken from the previous set, including the current picture. */
function readPredictedSet(r: BitReader, before: number): number {
  r.skip(1);
  r.ue();
  let pictures = 0;
  for (let j = 0; j <= before; j++) {
    if (r.bit() || r.bit()) pictures++; // used_by_curr_pic_flag, else use_delta_flag
  }
  return pictures;
}

function readSet(r: BitReader): number {
  const pictures = checkCount(r.ue() + r.ue(), MAX_REFERENCE_PICTURES, "reference pictures");
  for (let j = 0; j < pictures; j++) {
    r.ue();
    r.skip(1);
  }
  return pictures;
}

function skipCodes(r: BitReader, count: number): void {
  for (let left = count; left > 0; left--) r.ue();
}

function checkCount(count: number, max: number, what: string): number {
  if (count > max) throw new MediaError(`Cannot read ${count} ${what}, expected at most ${max}`);
  return count;
}
