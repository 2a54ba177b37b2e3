/** Picture parameter set of HEVC (23008-2 §7.3.2.3), as far as slice segment headers depend on it. */

import { BitReader, removeEmulationPrevention } from "../../bits.ts";
import { MediaError } from "../../errors.ts";
import { skipHevcScalingLists } from "./hevc_sps.ts";

export interface HevcPps {
  readonly id: number;
  readonly spsId: number;
  readonly hasDependentSegments: boolean;
  readonly hasOutputFlag: boolean;
  readonly extraHeaderBits: number;
  readonly hasCabacInit: boolean;
  /** Active references of lists 0 and 1. */
  readonly referenceCounts: readonly [number, number];
  readonly hasChromaOffsets: boolean;
  readonly hasWeightedPrediction: boolean;
  readonly hasWeightedBiprediction: boolean;
  /** With tiles or wavefronts. */
  readonly hasEntryPoints: boolean;
  readonly filtersAcrossSlices: boolean;
  readonly canOverrideDeblocking: boolean;
  readonly isDeblockingDisabled: boolean;
  readonly hasListModification: boolean;
  readonly hasHeaderExtension: boolean;
  /** chroma_qp_offset_list_enabled_flag. */
  readonly hasChromaOffsetLists: boolean;
}

/**
 * Reads a NAL unit of layer 0 with header and emulation prevention bytes.
 *
 * @throws MediaError if the PPS is truncated, or is of screen content coding
 */
export function readHevcPps(nal: Uint8Array): HevcPps {
  const r = new BitReader(removeEmulationPrevention(nal));
  r.skip(16);
  const start = readStart(r);
  const { canSkipTransform, ...tools } = readTools(r);
  const tiling = readTiling(r);
  const filtersAcrossSlices = r.bit() === 1;
  const deblocking = readDeblocking(r);
  if (r.bit()) skipHevcScalingLists(r);
  const hasListModification = r.bit() === 1;
  r.ue(); // log2_parallel_merge_level_minus2
  const hasHeaderExtension = r.bit() === 1;
  return {
    ...start,
    ...tools,
    ...tiling,
    filtersAcrossSlices,
    ...deblocking,
    hasListModification,
    hasHeaderExtension,
    hasChromaOffsetLists: readExtensions(r, canSkipTransform),
  };
}

function readStart(r: BitReader) {
  return {
    id: r.ue(),
    spsId: r.ue(),
    hasDependentSegments: r.bit() === 1,
    hasOutputFlag: r.bit() === 1,
    extraHeaderBits: r.bits(3),
  };
}

/** sign_data_hiding_enabled_flag to transquant_bypass_enabled_flag. */
function readTools(r: BitReader) {
  r.skip(1);
  const hasCabacInit = r.bit() === 1;
  const referenceCounts = [r.ue() + 1, r.ue() + 1] as const;
  r.se(); // init_qp_minus26
  r.skip(1);
  const canSkipTransform = r.bit() === 1;
  if (r.bit()) r.ue(); // diff_cu_qp_delta_depth
  r.se(); // pps_cb_qp_offset, pps_cr_qp_offset
  r.se();
  const hasChromaOffsets = r.bit() === 1;
  const hasWeightedPrediction = r.bit() === 1;
  const hasWeightedBiprediction = r.bit() === 1;
  r.skip(1);
  return {
    hasCabacInit,
    referenceCounts,
    canSkipTransform,
    hasChromaOffsets,
    hasWeightedPrediction,
    hasWeightedBiprediction,
  };
}

function readTiling(r: BitReader): { hasEntryPoints: boolean } {
  const hasTiles = r.bit() === 1;
  const hasWavefronts = r.bit() === 1;
  if (hasTiles) {
    const [columns, rows] = [r.ue(), r.ue()];
    const isUniform = r.bit() === 1;
    const sizes = isUniform ? 0 : columns + rows;
    for (let left = sizes; left > 0; left--) r.ue(); // bounded by the bits left
    r.skip(1);
  }
  return { hasEntryPoints: hasTiles || hasWavefronts };
}

function readDeblocking(r: BitReader) {
  if (!r.bit()) return { canOverrideDeblocking: false, isDeblockingDisabled: false };
  const canOverrideDeblocking = r.bit() === 1;
  const isDeblockingDisabled = r.bit() === 1;
  if (!isDeblockingDisabled) {
    r.se(); // pps_beta_offset_div2, pps_tc_offset_div2
    r.se();
  }
  return { canOverrideDeblocking, isDeblockingDisabled };
}

/** Returns chroma_qp_offset_list_enabled_flag of the range extension (§7.3.2.3.2). */
function readExtensions(r: BitReader, canSkipTransform: boolean): boolean {
  if (!r.bit()) return false;
  const hasRangeExtension = r.bit();
  r.skip(2); // multilayer and 3D extensions, of other layers
  const hasScreenContentExtension = r.bit();
  if (hasScreenContentExtension) {
    throw new MediaError("Cannot protect HEVC screen content coding", "MEDIA_UNSUPPORTED");
  }
  r.skip(4);
  if (!hasRangeExtension) return false;
  if (canSkipTransform) r.ue(); // log2_max_transform_skip_block_size_minus2
  r.skip(1);
  return r.bit() === 1;
}
