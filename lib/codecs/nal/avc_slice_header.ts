/** Slice header of AVC (14496-10 §7.3.3): its size, behind which Common Encryption encrypts. */

import { MediaError } from "../../errors.ts";
import { type AvcPps, readAvcPps } from "./avc_pps.ts";
import { type AvcSpsSliceFields, readAvcSpsSliceFields } from "./avc_sps.ts";
import { NalBitReader } from "./nal_bit_reader.ts";
import { ceilLog2, requireParameterSet, type SliceHeaderMeter } from "./protected_slices.ts";

const NON_IDR = 1;
const IDR = 5;
const SPS = 7;
const PPS = 8;

/** Data partitions. */
const PARTITIONS = [2, 3, 4];

/** Slices of auxiliary pictures, of other layers and of other views. */
const EXTENSION_SLICES = [19, 20, 21];

/** slice_type modulo 5 (table 7-6). */
const P = 0;
const B = 1;
const SP = 3;
const SI = 4;

const MAX_REFERENCES = 32;
const END_OF_MODIFICATIONS = 3;

/**
 * Creates a function that returns the size of the NAL unit and slice headers; undefined for other NAL units, of which it reads
 * the parameter sets. Emulation prevention bytes count.
 *
 * @param parameterSets of the sample entry
 * @throws MediaError if a set is invalid; of the function, also if a slice refers to none or is of an unsupported type
 */
export function createAvcSliceHeaderMeter(parameterSets: Iterable<Uint8Array>): SliceHeaderMeter {
  const spsById = new Map<number, AvcSpsSliceFields>();
  const ppsById = new Map<number, AvcPps>();
  const measure: SliceHeaderMeter = (nal) => {
    const type = nal[0]! & 31;
    if (type === NON_IDR || type === IDR) {
      const r = new NalBitReader(nal);
      readSliceHeader(r, (id) => {
        const pps = requireParameterSet(ppsById, id, "PPS");
        return { pps, sps: requireParameterSet(spsById, pps.spsId, "SPS") };
      });
      return r.bytesRead;
    }
    if (type === SPS) {
      const sps = readAvcSpsSliceFields(nal);
      spsById.set(sps.id, sps);
    } else if (type === PPS) {
      const pps = readAvcPps(nal);
      ppsById.set(pps.id, pps);
    } else checkUnprotected(type);
    return undefined;
  };
  for (const set of parameterSets) measure(set);
  return measure;
}

function checkUnprotected(type: number): void {
  if (PARTITIONS.includes(type)) {
    throw new MediaError(`Cannot protect NAL unit type ${type}: data partitioning`);
  }
  if (EXTENSION_SLICES.includes(type)) {
    const reason = `Cannot protect NAL unit type ${type}: a slice of another layer, view or plane`;
    throw new MediaError(reason, "MEDIA_UNSUPPORTED");
  }
}

interface ParameterSets {
  readonly sps: AvcSpsSliceFields;
  readonly pps: AvcPps;
}

function readSliceHeader(r: NalBitReader, find: (ppsId: number) => ParameterSets): void {
  r.skip(1);
  const isReference = r.bits(2) > 0;
  const isIdr = r.bits(5) === IDR;
  r.ue(); // first_mb_in_slice
  const declaredType = r.ue();
  if (declaredType > 9) {
    throw new MediaError(`Cannot read slice type ${declaredType}, expected 0 to 9`);
  }
  const type = declaredType % 5;
  const sets = find(r.ue());
  const { pps } = sets;
  readPictureFields(r, sets, isIdr);
  if (pps.hasRedundantPictureCount) r.ue();
  readReferences(r, sets, type);
  if (isReference) readReferenceMarking(r, isIdr);
  const isInter = type === P || type === B || type === SP;
  if (pps.isCabac && isInter) r.ue(); // cabac_init_idc
  r.se(); // slice_qp_delta
  if (type === SP) r.skip(1); // sp_for_switch_flag
  if (type === SP || type === SI) r.se(); // slice_qs_delta
  if (pps.hasDeblockingControl && r.ue() !== 1) {
    r.se(); // slice_alpha_c0_offset_div2, slice_beta_offset_div2
    r.se();
  }
  const rate = pps.sliceGroupChangeRate;
  if (rate) r.skip(ceilLog2(Math.ceil(sets.sps.mapUnits / rate) + 1));
}

/** colour_plane_id to delta_pic_order_cnt[1]. */
function readPictureFields(r: NalBitReader, { sps, pps }: ParameterSets, isIdr: boolean): void {
  if (sps.hasSeparatePlanes) r.skip(2);
  r.skip(sps.frameNumberBits);
  const isField = !sps.isFrameOnly && r.flag();
  if (isField) r.skip(1); // bottom_field_flag
  if (isIdr) r.ue(); // idr_pic_id
  const hasBottom = pps.hasBottomFieldOrder && !isField;
  if (sps.pictureOrderType === 0) {
    r.skip(sps.pictureOrderBits);
    if (hasBottom) r.se();
  } else if (sps.hasPictureOrderDeltas) {
    r.se();
    if (hasBottom) r.se();
  }
}

/** direct_spatial_mv_pred_flag to pred_weight_table(). */
function readReferences(r: NalBitReader, { sps, pps }: ParameterSets, type: number): void {
  if (type !== P && type !== B && type !== SP) return;
  const lists = type === B ? 2 : 1;
  if (type === B) r.skip(1); // direct_spatial_mv_pred_flag
  const counts = [...pps.referenceCounts];
  if (r.flag()) { for (let list = 0; list < lists; list++) counts[list] = r.ue() + 1; }
  for (let list = 0; list < lists; list++) readListModification(r);
  if (!(type === B ? pps.hasExplicitBiprediction : pps.hasWeightedPrediction)) return;
  r.ue(); // luma_log2_weight_denom
  if (sps.chromaArrayType !== 0) r.ue();
  for (let list = 0; list < lists; list++) readWeights(r, counts[list]!, sps.chromaArrayType);
}

/** ref_pic_list_modification() of one list (§7.3.3.1). */
function readListModification(r: NalBitReader): void {
  if (!r.flag()) return;
  for (;;) {
    const operation = r.ue();
    if (operation === END_OF_MODIFICATIONS) return;
    if (operation > END_OF_MODIFICATIONS) {
      throw new MediaError(
        `Cannot read modification_of_pic_nums_idc ${operation}, expected 0 to 3`,
      );
    }
    r.ue(); // abs_diff_pic_num_minus1 or long_term_pic_num
  }
}

/** pred_weight_table() of one list (§7.3.3.2). */
function readWeights(r: NalBitReader, references: number, chromaArrayType: number): void {
  if (references > MAX_REFERENCES) {
    throw new MediaError(`Cannot read ${references} references, expected at most 32`);
  }
  for (let i = 0; i < references; i++) {
    if (r.flag()) skipSigned(r, 2);
    if (chromaArrayType !== 0 && r.flag()) skipSigned(r, 4);
  }
}

function skipSigned(r: NalBitReader, count: number): void {
  for (let left = count; left > 0; left--) r.se();
}

/** Values of memory_management_control_operation 1 to 6 (§7.3.3.3). */
const MARKING_VALUES = [1, 1, 2, 1, 0, 1];

/** dec_ref_pic_marking(). */
function readReferenceMarking(r: NalBitReader, isIdr: boolean): void {
  if (isIdr) {
    r.skip(2);
    return;
  }
  if (!r.flag()) return;
  for (let operation = r.ue(); operation !== 0; operation = r.ue()) {
    const values = MARKING_VALUES[operation - 1];
    if (values === undefined) {
      const name = "memory_management_control_operation";
      throw new MediaError(`Cannot read ${name} ${operation}, expected 0 to 6`);
    }
    for (let left = values; left > 0; left--) r.ue();
  }
}
