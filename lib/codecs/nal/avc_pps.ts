/** Picture parameter set of AVC (14496-10 §7.3.2.2), as far as slice headers depend on it. */

import { BitReader, removeEmulationPrevention } from "../../bits.ts";
import { MediaError } from "../../errors.ts";
import { ceilLog2 } from "./protected_slices.ts";

export interface AvcPps {
  readonly id: number;
  readonly spsId: number;
  readonly isCabac: boolean;
  readonly hasBottomFieldOrder: boolean;
  /** SliceGroupChangeRate in map units; undefined if slices do not signal a change cycle. */
  readonly sliceGroupChangeRate: number | undefined;
  /** Active references of lists 0 and 1. */
  readonly referenceCounts: readonly [number, number];
  readonly hasWeightedPrediction: boolean;
  /** weighted_bipred_idc 1. */
  readonly hasExplicitBiprediction: boolean;
  readonly hasDeblockingControl: boolean;
  readonly hasRedundantPictureCount: boolean;
}

const MAX_SLICE_GROUPS = 8;

/** Slice group map types with a change cycle (§7.4.2.2). */
const CHANGING_GROUPS = [3, 4, 5];

/**
 * Reads a NAL unit with header and emulation prevention bytes.
 *
 * @throws MediaError if the PPS is truncated or contains reserved values
 */
export function readAvcPps(nal: Uint8Array): AvcPps {
  const r = new BitReader(removeEmulationPrevention(nal));
  r.skip(8);
  const [id, spsId] = [r.ue(), r.ue()];
  const isCabac = r.bit() === 1;
  const hasBottomFieldOrder = r.bit() === 1;
  const sliceGroupChangeRate = readSliceGroups(r);
  const referenceCounts = [r.ue() + 1, r.ue() + 1] as const;
  const hasWeightedPrediction = r.bit() === 1;
  const hasExplicitBiprediction = r.bits(2) === 1;
  r.se(); // pic_init_qp_minus26, pic_init_qs_minus26, chroma_qp_index_offset
  r.se();
  r.se();
  const hasDeblockingControl = r.bit() === 1;
  r.skip(1);
  return {
    id,
    spsId,
    isCabac,
    hasBottomFieldOrder,
    sliceGroupChangeRate,
    referenceCounts,
    hasWeightedPrediction,
    hasExplicitBiprediction,
    hasDeblockingControl,
    hasRedundantPictureCount: r.bit() === 1,
  };
}

/** Returns the change rate of slice groups. */
function readSliceGroups(r: BitReader): number | undefined {
  const groups = r.ue() + 1;
  if (groups === 1) return undefined;
  if (groups > MAX_SLICE_GROUPS) {
    throw new MediaError(`Cannot read ${groups} slice groups, expected at most 8`);
  }
  const type = r.ue();
  if (type > 6) throw new MediaError(`Cannot read slice group map type ${type}: it is reserved`);
  if (CHANGING_GROUPS.includes(type)) {
    r.skip(1);
    return r.ue() + 1;
  }
  const codes = type === 0 ? groups : type === 2 ? 2 * (groups - 1) : 0;
  for (let left = codes; left > 0; left--) r.ue();
  if (type === 6) r.skip((r.ue() + 1) * ceilLog2(groups)); // bounded by the bits left
  return undefined;
}
