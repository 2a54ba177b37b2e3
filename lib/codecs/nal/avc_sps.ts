/** Sequence parameter set of AVC (14496-10 §7.3.2.1.1). */

import { BitReader, removeEmulationPrevention } from "../../bits.ts";
import { MediaError } from "../../errors.ts";
import { checkVideoSize } from "../video_properties.ts";
import { readVui, type Vui } from "./vui.ts";

export interface AvcSps extends Partial<Vui> {
  /** profile_idc, constraint flags, level_idc. */
  readonly profile: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly interlaced: boolean;
}

const HIGH_PROFILES = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/**
 * Reads a NAL unit with header and emulation prevention bytes.
 *
 * @throws MediaError if the SPS is truncated or contains reserved values
 */
export function readAvcSps(nal: Uint8Array): AvcSps {
  const r = new BitReader(removeEmulationPrevention(nal));
  r.skip(8);
  const profile = Uint8Array.of(r.bits(8), r.bits(8), r.bits(8));
  r.ue(); // seq_parameter_set_id
  const chromaArrayType = HIGH_PROFILES.includes(profile[0]!) ? readChromaAndScaling(r) : 1;
  r.ue(); // log2_max_frame_num_minus4
  skipPictureOrderCount(r);
  r.ue(); // max_num_ref_frames
  r.skip(1);
  const size = readSize(r, chromaArrayType);
  return { profile, ...size, ...(r.bit() ? readVui(r) : {}) };
}

function readChromaAndScaling(r: BitReader): number {
  const format = r.ue();
  if (format > 3) throw new MediaError(`Cannot read chroma format ${format}: it is reserved`);
  const chromaArrayType = format === 3 && r.bit() ? 0 : format;
  r.ue(); // bit depths
  r.ue();
  r.skip(1);
  if (r.bit()) skipScalingLists(r, format === 3 ? 12 : 8);
  return chromaArrayType;
}

/** scaling_list() (§7.3.2.1.1.1). A next scale of 0 ends a list. */
function skipScalingLists(r: BitReader, count: number): void {
  for (let list = 0; list < count; list++) {
    if (!r.bit()) continue;
    let last = 8;
    for (let left = list < 6 ? 16 : 64; left > 0 && last !== 0; left--) {
      last = (last + r.se()) & 255;
    }
  }
}

function skipPictureOrderCount(r: BitReader): void {
  const type = r.ue();
  if (type > 2) {
    throw new MediaError(`Cannot read picture order count type ${type}: it is reserved`);
  }
  if (type === 0) r.ue();
  if (type !== 1) return;
  r.skip(1);
  r.se(); // offset_for_non_ref_pic, offset_for_top_to_bottom_field
  r.se();
  for (let left = r.ue(); left > 0; left--) r.se(); // bounded by the bits left
}

function readSize(r: BitReader, chromaArrayType: number) {
  const width = 16 * (r.ue() + 1);
  const mapUnits = r.ue() + 1;
  const frameMbsOnly = r.bit();
  const fields = 2 - frameMbsOnly;
  if (fields === 2) r.skip(1);
  r.skip(1);
  const [left, right, top, bottom] = r.bit() ? [r.ue(), r.ue(), r.ue(), r.ue()] : [0, 0, 0, 0];
  const unitX = chromaArrayType === 1 || chromaArrayType === 2 ? 2 : 1;
  const unitY = (chromaArrayType === 1 ? 2 : 1) * fields;
  const size = checkVideoSize(
    width - unitX * (left + right),
    16 * fields * mapUnits - unitY * (top + bottom),
  );
  return { ...size, interlaced: fields === 2 };
}
