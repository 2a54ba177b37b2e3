/** Reads sequence parameter sets of AVC (14496-10 §7.3.2.1.1) and HEVC (23008-2 §7.3.2.2.1). */

import { BitReader, removeEmulationPrevention } from "../../bits.ts";
import { NO_USABILITY, readUsability } from "./video_usability.ts";
import type { UsabilityInformation } from "./video_usability.ts";

export interface SequenceParameters extends UsabilityInformation {
  readonly width: number;
  readonly height: number;
}

/** Profiles with chroma format and scaling lists. */
const AVC_HIGH = [44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244];

/** @throws MediaError if it is truncated */
export function readAvcSequence(nal: Uint8Array): SequenceParameters {
  const r = new BitReader(removeEmulationPrevention(nal));
  r.skip(8);
  const profile = r.bits(8);
  r.skip(16);
  r.ue();
  let chroma = 1;
  if (AVC_HIGH.includes(profile)) chroma = readAvcChroma(r);
  r.ue();
  skipAvcOrder(r);
  r.ue();
  r.skip(1);
  const [columns, rows] = [r.ue() + 1, r.ue() + 1];
  const isFrameOnly = r.bit() === 1;
  if (!isFrameOnly) r.skip(1);
  r.skip(1);
  const fields = isFrameOnly ? 1 : 2;
  const [stepX, stepY] = getChromaSteps(chroma);
  const [left, right, top, bottom] = readCrop(r);
  const width = 16 * columns - stepX * (left + right);
  const height = 16 * rows * fields - stepY * fields * (top + bottom);
  return { width, height, ...r.bit() ? readUsability(r) : NO_USABILITY };
}

/** Returns chroma_format_idc, or 0 for separate colour planes. */
function readAvcChroma(r: BitReader): number {
  const format = r.ue();
  const isSeparate = format === 3 && r.bit() === 1;
  r.ue();
  r.ue();
  r.skip(1);
  const hasLists = r.bit();
  for (let list = 0; hasLists && list < (format === 3 ? 12 : 8); list++) {
    if (!r.bit()) continue;
    let [last, next] = [8, 8];
    for (let left = list < 6 ? 16 : 64; left > 0; left--) {
      if (next !== 0) next = (last + r.se() + 256) % 256;
      if (next !== 0) last = next;
    }
  }
  return isSeparate ? 0 : format;
}

function skipAvcOrder(r: BitReader): void {
  const type = r.ue();
  if (type === 0) r.ue();
  if (type !== 1) return;
  r.skip(1);
  r.se();
  r.se();
  for (let left = r.ue(); left > 0; left--) r.se();
}

/** Luma samples in a unit of cropping, by chroma format. */
function getChromaSteps(chroma: number): readonly [number, number] {
  return chroma === 1 ? [2, 2] : chroma === 2 ? [2, 1] : [1, 1];
}

function readCrop(r: BitReader): readonly [number, number, number, number] {
  return r.bit() ? [r.ue(), r.ue(), r.ue(), r.ue()] : [0, 0, 0, 0];
}

/** @throws MediaError if it is truncated */
export function readHevcSequence(nal: Uint8Array): SequenceParameters {
  const r = new BitReader(removeEmulationPrevention(nal));
  r.skip(16 + 4);
  const layers = r.bits(3);
  r.skip(1);
  skipHevcProfile(r, layers);
  r.ue();
  const format = r.ue();
  const chroma = format === 3 && r.bit() === 1 ? 0 : format;
  const [codedWidth, codedHeight] = [r.ue(), r.ue()];
  const [left, right, top, bottom] = readCrop(r);
  const [stepX, stepY] = getChromaSteps(chroma);
  const width = codedWidth - stepX * (left + right);
  const height = codedHeight - stepY * (top + bottom);
  skipHevcTools(r, layers);
  return { width, height, ...r.bit() ? readUsability(r) : NO_USABILITY };
}

/** profile_tier_level(): 88 bits and a level, then those of sub-layers that have them. */
function skipHevcProfile(r: BitReader, layers: number): void {
  r.skip(96);
  if (layers === 0) return;
  const present = Array.from({ length: layers }, () => 88 * r.bit() + 8 * r.bit());
  r.skip(2 * (8 - layers));
  r.skip(present.reduce((sum, bits) => sum + bits, 0));
}

function skipHevcTools(r: BitReader, layers: number): void {
  r.ue();
  r.ue();
  const orderBits = r.ue() + 4;
  const hasAllLayers = r.bit() === 1;
  for (let i = hasAllLayers ? 0 : layers; i <= layers; i++) (r.ue(), r.ue(), r.ue());
  for (let i = 0; i < 6; i++) r.ue();
  if (r.bit() && r.bit()) skipHevcScaling(r);
  r.skip(2);
  if (r.bit()) {
    r.skip(8);
    r.ue();
    r.ue();
    r.skip(1);
  }
  skipHevcReferences(r);
  if (r.bit()) { for (let left = r.ue(); left > 0; left--) r.skip(orderBits + 1); }
  r.skip(2);
}

function skipHevcScaling(r: BitReader): void {
  for (let size = 0; size < 4; size++) {
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      const isCoded = r.bit() === 1;
      if (!isCoded) r.ue();
      else {
        if (size >= 2) r.se();
        for (let left = Math.min(64, 4 ** (size + 2)); left > 0; left--) r.se();
      }
    }
  }
}

/** st_ref_pic_set() (§7.3.7): the number of references of each set decides the size of the next. */
function skipHevcReferences(r: BitReader): void {
  let references = 0;
  const count = r.ue();
  for (let index = 0; index < count; index++) {
    if (index > 0 && r.bit()) {
      r.skip(1);
      r.ue();
      let kept = 0;
      for (let i = 0; i <= references; i++) if (r.bit() || r.bit()) kept++;
      references = kept;
    } else {
      references = r.ue() + r.ue();
      for (let i = 0; i < references; i++) {
        r.ue();
        r.skip(1);
      }
    }
  }
}
