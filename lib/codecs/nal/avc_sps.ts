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

/** What slice headers depend on (§7.3.3). */
export interface AvcSpsSliceFields {
  readonly id: number;
  /** 0 if monochrome or coded in separate planes. */
  readonly chromaArrayType: number;
  readonly hasSeparatePlanes: boolean;
  readonly frameNumberBits: number;
  /** pic_order_cnt_type. */
  readonly pictureOrderType: number;
  /** Bits of pic_order_cnt_lsb, with type 0. */
  readonly pictureOrderBits: number;
  /** With type 1. */
  readonly hasPictureOrderDeltas: boolean;
  readonly isFrameOnly: boolean;
  /** PicSizeInMapUnits. */
  readonly mapUnits: number;
}

/**
 * Reads a NAL unit with header and emulation prevention bytes.
 *
 * @throws MediaError if the SPS is truncated or contains reserved values
 */
export function readAvcSps(nal: Uint8Array): AvcSps {
  const r = new BitReader(removeEmulationPrevention(nal));
  const { profile, size } = readFields(r);
  return { profile, ...size, ...(r.bit() ? readVui(r) : {}) };
}

/**
 * Reads what slice headers depend on from a NAL unit with header and emulation prevention bytes.
 *
 * @throws MediaError if the SPS is truncated or contains reserved values
 */
export function readAvcSpsSliceFields(nal: Uint8Array): AvcSpsSliceFields {
  return readFields(new BitReader(removeEmulationPrevention(nal))).slices;
}

/** Stops at vui_parameters_present_flag. */
function readFields(r: BitReader) {
  r.skip(8);
  const profile = Uint8Array.of(r.bits(8), r.bits(8), r.bits(8));
  const id = r.ue();
  const chroma = HIGH_PROFILES.includes(profile[0]!) ? readChromaAndScaling(r) : CHROMA_420;
  const frameNumberBits = r.ue() + 4;
  const order = readPictureOrder(r);
  r.ue(); // max_num_ref_frames
  r.skip(1);
  const { size, mapUnits } = readSize(r, chroma.chromaArrayType);
  const isFrameOnly = !size.interlaced;
  return {
    profile,
    size,
    slices: { id, ...chroma, frameNumberBits, ...order, isFrameOnly, mapUnits },
  };
}

const CHROMA_420 = { chromaArrayType: 1, hasSeparatePlanes: false };

function readChromaAndScaling(r: BitReader): typeof CHROMA_420 {
  const format = r.ue();
  if (format > 3) throw new MediaError(`Cannot read chroma format ${format}: it is reserved`);
  const hasSeparatePlanes = format === 3 && r.bit() === 1;
  r.ue(); // bit depths
  r.ue();
  r.skip(1);
  if (r.bit()) skipScalingLists(r, format === 3 ? 12 : 8);
  return { chromaArrayType: hasSeparatePlanes ? 0 : format, hasSeparatePlanes };
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

function readPictureOrder(r: BitReader) {
  const type = r.ue();
  if (type > 2) {
    throw new MediaError(`Cannot read picture order count type ${type}: it is reserved`);
  }
  const order = { pictureOrderType: type, pictureOrderBits: 0, hasPictureOrderDeltas: false };
  if (type === 0) return { ...order, pictureOrderBits: r.ue() + 4 };
  if (type === 2) return order;
  const isAlwaysZero = r.bit() === 1;
  r.se(); // offset_for_non_ref_pic, offset_for_top_to_bottom_field
  r.se();
  for (let left = r.ue(); left > 0; left--) r.se(); // bounded by the bits left
  return { ...order, hasPictureOrderDeltas: !isAlwaysZero };
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
  return { size: { ...size, interlaced: fields === 2 }, mapUnits: (width / 16) * mapUnits };
}
