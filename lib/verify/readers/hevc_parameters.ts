/** Reads what slice headers of HEVC depend on in parameter sets (23008-2 §7.3.2). */

import type { BitReader } from "../../bits.ts";

/** Fields of an SPS (§7.3.2.2). */
export interface HevcSequence {
  /** ChromaArrayType. */
  readonly chroma: number;
  readonly hasSeparatePlanes: boolean;
  readonly orderBits: number;
  readonly addressBits: number;
  readonly hasOffsets: boolean;
  readonly referenceSets: readonly ReferenceSet[];
  /** Whether each long-term reference is used by the current frame; undefined without long-term references. */
  readonly longTerm: readonly boolean[] | undefined;
  readonly hasTemporalVectors: boolean;
}

/** Short-term references of a frame (§7.4.8), in ascending distance. */
export type ReferenceSet = readonly { readonly distance: number; readonly isUsed: boolean }[];

/** Fields of a PPS (§7.3.2.3). */
export interface HevcParameters {
  readonly sequence: number;
  readonly hasDependent: boolean;
  readonly hasOutput: boolean;
  readonly extraBits: number;
  readonly hasCabacInit: boolean;
  /** Entries in lists 0 and 1. */
  readonly references: readonly [number, number];
  readonly hasChromaOffsets: boolean;
  readonly isWeighted: boolean;
  readonly isWeightedBoth: boolean;
  readonly hasEntryPoints: boolean;
  readonly filtersAcross: boolean;
  readonly mayOverride: boolean;
  readonly isUnfiltered: boolean;
  readonly hasModification: boolean;
  readonly hasExtension: boolean;
  readonly hasOffsetLists: boolean;
}

export function ceilLogarithm(value: number): number {
  return value > 1 ? 32 - Math.clz32(value - 1) : 0;
}

function repeat(count: number, read: () => void): void {
  for (let left = count; left > 0; left--) read();
}

/** @param r behind the NAL unit header */
export function readHevcSequenceFields(r: BitReader): { id: number; fields: HevcSequence } {
  r.skip(4);
  const layers = r.bits(3);
  r.skip(1);
  skipProfiles(r, layers);
  const id = r.ue();
  const format = r.ue();
  const hasSeparatePlanes = format === 3 && r.bit() === 1;
  const [width, height] = [r.ue(), r.ue()];
  if (r.bit()) repeat(4, () => r.ue());
  repeat(2, () => r.ue()); // bit depths
  const orderBits = r.ue() + 4;
  const first = r.bit() ? 0 : layers;
  repeat(3 * (layers - first + 1), () => r.ue());
  const blockBits = r.ue() + 3 + r.ue();
  repeat(4, () => r.ue());
  if (r.bit() && r.bit()) skipScalingLists(r);
  r.skip(1);
  const hasOffsets = r.bit() === 1;
  if (r.bit()) skipPcm(r);
  const referenceSets: ReferenceSet[] = [];
  for (let left = r.ue(); left > 0; left--) referenceSets.push(readReferenceSet(r, referenceSets));
  const longTerm = r.bit() ? readLongTerm(r, orderBits) : undefined;
  const [columns, rows] = [width, height].map((size) => Math.ceil(size / 2 ** blockBits));
  return {
    id,
    fields: {
      chroma: hasSeparatePlanes ? 0 : format,
      hasSeparatePlanes,
      orderBits,
      addressBits: ceilLogarithm(columns! * rows!),
      hasOffsets,
      referenceSets,
      longTerm,
      hasTemporalVectors: r.bit() === 1,
    },
  };
}

/** profile_tier_level() (§7.3.3). */
function skipProfiles(r: BitReader, layers: number): void {
  r.skip(96);
  const present = Array.from({ length: layers }, () => [88 * r.bit(), 8 * r.bit()]);
  if (layers > 0) r.skip(2 * (8 - layers));
  for (const bits of present.flat()) r.skip(bits);
}

/** scaling_list_data() (§7.3.4). */
function skipScalingLists(r: BitReader): void {
  for (let size = 0; size < 4; size++) {
    for (let list = 0; list < 6; list += size === 3 ? 3 : 1) {
      if (!r.bit()) r.ue();
      else repeat(Math.min(64, 4 ** (2 + size)) + (size > 1 ? 1 : 0), () => r.se());
    }
  }
}

function skipPcm(r: BitReader): void {
  r.skip(8);
  r.ue();
  r.ue();
  r.skip(1);
}

function readLongTerm(r: BitReader, orderBits: number): boolean[] {
  return Array.from({ length: r.ue() }, () => {
    r.skip(orderBits);
    return r.bit() === 1;
  });
}

/**
 * Reads st_ref_pic_set() (§7.3.7).
 *
 * @param known sets of the SPS before this one
 * @param isOfSlice true in a slice header, which may refer to any of them
 */
export function readReferenceSet(
  r: BitReader,
  known: readonly ReferenceSet[],
  isOfSlice = false,
): ReferenceSet {
  if (known.length > 0 && r.bit()) return predictReferenceSet(r, known, isOfSlice);
  const counts = [r.ue(), r.ue()];
  return counts.flatMap((count, direction) => {
    let distance = 0;
    return Array.from({ length: count }, () => {
      distance += (r.ue() + 1) * (direction === 0 ? -1 : 1);
      return { distance, isUsed: r.bit() === 1 };
    });
  });
}

/** inter_ref_pic_set_prediction_flag is 1 (equations 7-61 and 7-62). */
function predictReferenceSet(
  r: BitReader,
  known: readonly ReferenceSet[],
  isOfSlice: boolean,
): ReferenceSet {
  const back = isOfSlice ? r.ue() + 1 : 1;
  const sign = r.bit() ? -1 : 1;
  const change = sign * (r.ue() + 1);
  const from = known[known.length - back] ?? [];
  const found = [...from.map(({ distance }) => distance), 0].flatMap((distance) => {
    const isUsed = r.bit() === 1;
    const isKept = isUsed || r.bit() === 1;
    return isKept && distance + change !== 0 ? [{ distance: distance + change, isUsed }] : [];
  });
  const before = found.filter(({ distance }) => distance < 0);
  const after = found.filter(({ distance }) => distance > 0);
  return [
    ...before.sort((a, b) => b.distance - a.distance),
    ...after.sort((a, b) => a.distance - b.distance),
  ];
}

/** @param r behind the NAL unit header */
export function readHevcParameters(r: BitReader): { id: number; fields: HevcParameters } {
  const [id, sequence] = [r.ue(), r.ue()];
  const [hasDependent, hasOutput] = [r.bit() === 1, r.bit() === 1];
  const extraBits = r.bits(3);
  r.skip(1);
  const hasCabacInit = r.bit() === 1;
  const references = [r.ue() + 1, r.ue() + 1] as const;
  r.se();
  r.skip(1);
  const skipsTransform = r.bit() === 1;
  if (r.bit()) r.ue();
  repeat(2, () => r.se());
  const hasChromaOffsets = r.bit() === 1;
  const [isWeighted, isWeightedBoth] = [r.bit() === 1, r.bit() === 1];
  r.skip(1);
  const [hasTiles, isSynchronized] = [r.bit() === 1, r.bit() === 1];
  if (hasTiles) skipTiles(r);
  const filtersAcross = r.bit() === 1;
  const hasControl = r.bit() === 1;
  const mayOverride = hasControl && r.bit() === 1;
  const isUnfiltered = hasControl && r.bit() === 1;
  if (hasControl && !isUnfiltered) repeat(2, () => r.se());
  if (r.bit()) skipScalingLists(r);
  const hasModification = r.bit() === 1;
  r.ue();
  const hasExtension = r.bit() === 1;
  return {
    id,
    fields: {
      sequence,
      hasDependent,
      hasOutput,
      extraBits,
      hasCabacInit,
      references,
      hasChromaOffsets,
      isWeighted,
      isWeightedBoth,
      hasEntryPoints: hasTiles || isSynchronized,
      filtersAcross,
      mayOverride,
      isUnfiltered,
      hasModification,
      hasExtension,
      hasOffsetLists: readOffsetLists(r, skipsTransform),
    },
  };
}

function skipTiles(r: BitReader): void {
  const [columns, rows] = [r.ue(), r.ue()];
  if (!r.bit()) repeat(columns + rows, () => r.ue());
  r.skip(1);
}

/** chroma_qp_offset_list_enabled_flag of pps_range_extension() (§7.3.2.3.2). */
function readOffsetLists(r: BitReader, skipsTransform: boolean): boolean {
  const hasRangeExtension = r.bit() === 1 && r.bit() === 1;
  if (!hasRangeExtension) return false;
  r.skip(7);
  if (skipsTransform) r.ue();
  r.skip(1);
  return r.bit() === 1;
}
