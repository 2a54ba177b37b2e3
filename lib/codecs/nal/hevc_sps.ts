/** Sequence parameter set of HEVC (23008-2 §7.3.2.2.1). */

import { BitReader, removeEmulationPrevention } from "../../bits.ts";
import { MediaError } from "../../errors.ts";
import { checkVideoSize } from "../video_properties.ts";
import { type HevcReferenceSet, readHevcReferenceSet } from "./hevc_reference_set.ts";
import { readVui, type Vui } from "./vui.ts";

export interface HevcSps extends Partial<Vui> {
  readonly width: number;
  readonly height: number;
  readonly isFieldCoded: boolean;
}

/** What slice segment headers depend on (§7.3.6.1). */
export interface HevcSpsSliceFields {
  readonly id: number;
  /** 0 if monochrome or coded in separate planes. */
  readonly chromaArrayType: number;
  readonly hasSeparatePlanes: boolean;
  /** Bits of slice_pic_order_cnt_lsb. */
  readonly pictureOrderBits: number;
  /** PicSizeInCtbsY. */
  readonly codingTreeBlocks: number;
  readonly hasSampleAdaptiveOffset: boolean;
  readonly referenceSets: readonly HevcReferenceSet[];
  /** used_by_curr_pic_lt_sps_flag of each candidate; undefined without long-term reference pictures. */
  readonly longTermCandidates: readonly boolean[] | undefined;
  readonly hasTemporalMotionVectors: boolean;
}

/** §7.4.3.2.1. */
const MAX_REFERENCE_PICTURE_SETS = 64;
const MAX_LONG_TERM_PICTURES = 32;

/** general_profile_idc of screen content coding (annex A.3.7), with more fields in headers. */
const SCREEN_CONTENT_PROFILES = [9, 11];

/**
 * Reads a NAL unit of layer 0 with header and emulation prevention bytes.
 *
 * @throws MediaError if the SPS is truncated or contains reserved values
 */
export function readHevcSps(nal: Uint8Array): HevcSps {
  const r = new BitReader(removeEmulationPrevention(nal));
  const { size } = readFields(r);
  if (!r.bit()) return { ...size, isFieldCoded: false };
  const vui = readVui(r);
  if (r.bit()) skipCodes(r, 2); // chroma sample locations
  r.skip(1);
  return { ...size, ...vui, isFieldCoded: r.bit() === 1 };
}

/**
 * Reads what slice segment headers depend on from a NAL unit of layer 0 with header and emulation prevention bytes.
 *
 * @throws MediaError if the SPS is truncated, contains reserved values, or is of screen content coding
 */
export function readHevcSpsSliceFields(nal: Uint8Array): HevcSpsSliceFields {
  const { profile, slices } = readFields(new BitReader(removeEmulationPrevention(nal)));
  if (SCREEN_CONTENT_PROFILES.includes(profile)) {
    throw new MediaError("Cannot protect HEVC screen content coding", "MEDIA_UNSUPPORTED");
  }
  return slices;
}

/** Stops at vui_parameters_present_flag. */
function readFields(r: BitReader) {
  r.skip(16 + 4);
  const subLayers = r.bits(3) + 1;
  r.skip(1);
  const profile = readProfileTierLevel(r, subLayers);
  const id = r.ue();
  const { size, coded, ...chroma } = readSize(r);
  r.ue(); // bit depths
  r.ue();
  const { blockSize, ...tools } = readTools(r, subLayers);
  const count = (length: number) => Math.ceil(length / blockSize);
  const codingTreeBlocks = count(coded.width) * count(coded.height);
  return { profile, size, slices: { id, ...chroma, codingTreeBlocks, ...tools } };
}

/** Returns general_profile_idc. */
function readProfileTierLevel(r: BitReader, subLayers: number): number {
  r.skip(2 + 1);
  const profile = r.bits(5);
  r.skip(80 + 8);
  if (subLayers === 1) return profile;
  let bits = 0;
  for (let i = 1; i < subLayers; i++) bits += 88 * r.bit() + 8 * r.bit();
  r.skip(2 * (9 - subLayers) + bits); // flags are padded to 8 sub-layers
  return profile;
}

function readSize(r: BitReader) {
  const format = r.ue();
  if (format > 3) throw new MediaError(`Cannot read chroma format ${format}: it is reserved`);
  const hasSeparatePlanes = format === 3 && r.bit() === 1;
  const chromaArrayType = hasSeparatePlanes ? 0 : format;
  const [width, height] = [r.ue(), r.ue()];
  const [left, right, top, bottom] = r.bit() ? [r.ue(), r.ue(), r.ue(), r.ue()] : [0, 0, 0, 0];
  const unitX = chromaArrayType === 1 || chromaArrayType === 2 ? 2 : 1;
  const unitY = chromaArrayType === 1 ? 2 : 1;
  const size = checkVideoSize(
    width - unitX * (left + right),
    height - unitY * (top + bottom),
  );
  return { size, coded: { width, height }, chromaArrayType, hasSeparatePlanes };
}

function readTools(r: BitReader, subLayers: number) {
  const pictureOrderBits = r.ue() + 4;
  for (let i = r.bit() ? 0 : subLayers - 1; i < subLayers; i++) skipCodes(r, 3);
  const blockSize = 2 ** (r.ue() + 3 + r.ue());
  skipCodes(r, 4); // transform sizes and depths
  if (r.bit() && r.bit()) skipHevcScalingLists(r);
  r.skip(1);
  const hasSampleAdaptiveOffset = r.bit() === 1;
  const hasPcm = r.bit();
  if (hasPcm) {
    r.skip(8);
    r.ue();
    r.ue();
    r.skip(1);
  }
  const referenceSets = readReferenceSets(r);
  const longTermCandidates = r.bit() ? readLongTermCandidates(r, pictureOrderBits) : undefined;
  const hasTemporalMotionVectors = r.bit() === 1;
  r.skip(1);
  return {
    pictureOrderBits,
    blockSize,
    hasSampleAdaptiveOffset,
    referenceSets,
    longTermCandidates,
    hasTemporalMotionVectors,
  };
}

function readLongTermCandidates(r: BitReader, pictureOrderBits: number): boolean[] {
  const count = checkCount(r.ue(), MAX_LONG_TERM_PICTURES, "long-term reference pictures");
  return Array.from({ length: count }, () => {
    r.skip(pictureOrderBits);
    return r.bit() === 1;
  });
}

/** scaling_list_data() (§7.3.4). */
export function skipHevcScalingLists(r: BitReader): void {
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

function readReferenceSets(r: BitReader): HevcReferenceSet[] {
  const count = checkCount(r.ue(), MAX_REFERENCE_PICTURE_SETS, "reference picture sets");
  const sets: HevcReferenceSet[] = [];
  for (let i = 0; i < count; i++) sets.push(readHevcReferenceSet(r, sets));
  return sets;
}

function skipCodes(r: BitReader, count: number): void {
  for (let left = count; left > 0; left--) r.ue();
}

function checkCount(count: number, max: number, what: string): number {
  if (count > max) throw new MediaError(`Cannot read ${count} ${what}, expected at most ${max}`);
  return count;
}
