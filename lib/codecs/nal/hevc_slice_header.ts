/** Slice segment header of HEVC (23008-2 §7.3.6.1): its size, behind which Common Encryption encrypts. */

import { MediaError } from "../../errors.ts";
import { type HevcPps, readHevcPps } from "./hevc_pps.ts";
import { type HevcReferenceSet, readHevcReferenceSet } from "./hevc_reference_set.ts";
import { type HevcSpsSliceFields, readHevcSpsSliceFields } from "./hevc_sps.ts";
import { NalBitReader } from "./nal_bit_reader.ts";
import { ceilLog2, requireParameterSet, type SliceHeaderMeter } from "./protected_slices.ts";

const FIRST_IRAP = 16;
const IDR_W_RADL = 19;
const IDR_N_LP = 20;
const LAST_IRAP = 23;
const LAST_VCL = 31;
const SPS = 33;
const PPS = 34;

/** slice_type (table 7-7). */
const B = 0;
const P = 1;

/** §7.4.7.1. */
const MAX_REFERENCES = 16;
const MAX_LONG_TERM_PICTURES = 33;

/**
 * Creates a function that returns the size of the NAL unit and slice segment headers, with byte_alignment(); undefined for other
 * NAL units, of which it reads the parameter sets. Emulation prevention bytes count.
 *
 * @param parameterSets of the sample entry
 * @throws MediaError if a set is invalid; of the function, also if a slice refers to none or is of another layer
 */
export function createHevcSliceHeaderMeter(parameterSets: Iterable<Uint8Array>): SliceHeaderMeter {
  const spsById = new Map<number, HevcSpsSliceFields>();
  const ppsById = new Map<number, HevcPps>();
  const measure: SliceHeaderMeter = (nal) => {
    if (nal.length < 2) throw new MediaError("Cannot read a NAL unit of 1 byte, expected 2");
    const type = (nal[0]! >> 1) & 63;
    const isBaseLayer = (nal[0]! & 1) === 0 && nal[1]! >> 3 === 0;
    if (type <= LAST_VCL) {
      if (!isBaseLayer) {
        const reason = "Cannot protect HEVC slices of layers other than 0";
        throw new MediaError(reason, "MEDIA_UNSUPPORTED");
      }
      const r = new NalBitReader(nal);
      readSliceSegmentHeader(r, (id) => {
        const pps = requireParameterSet(ppsById, id, "PPS");
        return { pps, sps: requireParameterSet(spsById, pps.spsId, "SPS") };
      });
      return r.bytesRead;
    }
    if (type === SPS && isBaseLayer) {
      const sps = readHevcSpsSliceFields(nal);
      spsById.set(sps.id, sps);
    } else if (type === PPS && isBaseLayer) {
      const pps = readHevcPps(nal);
      ppsById.set(pps.id, pps);
    }
    return undefined;
  };
  for (const set of parameterSets) measure(set);
  return measure;
}

interface ParameterSets {
  readonly sps: HevcSpsSliceFields;
  readonly pps: HevcPps;
}

function readSliceSegmentHeader(r: NalBitReader, find: (ppsId: number) => ParameterSets): void {
  r.skip(1);
  const nalType = r.bits(6);
  r.skip(6 + 3);
  const isFirst = r.flag();
  if (nalType >= FIRST_IRAP && nalType <= LAST_IRAP) r.skip(1); // no_output_of_prior_pics_flag
  const sets = find(r.ue());
  const { pps, sps } = sets;
  let isDependent = false;
  if (!isFirst) {
    isDependent = pps.hasDependentSegments && r.flag();
    r.skip(ceilLog2(sps.codingTreeBlocks)); // slice_segment_address
  }
  if (!isDependent) readIndependentFields(r, sets, nalType);
  if (pps.hasEntryPoints) skipEntryPoints(r);
  if (pps.hasHeaderExtension) r.skip(8 * r.ue());
  readByteAlignment(r);
}

/** slice_reserved_flag to slice_loop_filter_across_slices_enabled_flag. */
function readIndependentFields(r: NalBitReader, sets: ParameterSets, nalType: number): void {
  const { pps, sps } = sets;
  r.skip(pps.extraHeaderBits);
  const type = r.ue();
  if (type > 2) throw new MediaError(`Cannot read slice type ${type}, expected 0 to 2`);
  if (pps.hasOutputFlag) r.skip(1);
  if (sps.hasSeparatePlanes) r.skip(2);
  const isIdr = nalType === IDR_W_RADL || nalType === IDR_N_LP;
  const pictures = isIdr ? 0 : readReferencePictures(r, sps);
  const hasTemporalVectors = !isIdr && sps.hasTemporalMotionVectors && r.flag();
  let usesOffset = false;
  if (sps.hasSampleAdaptiveOffset) {
    usesOffset = r.flag();
    if (sps.chromaArrayType !== 0 && r.flag()) usesOffset = true;
  }
  if (type === P || type === B) {
    readInterFields(r, sets, { lists: type === B ? 2 : 1, pictures, hasTemporalVectors });
  }
  r.se(); // slice_qp_delta
  if (pps.hasChromaOffsets) skipSigned(r, 2);
  if (pps.hasChromaOffsetLists) r.skip(1);
  const isDeblocked = readDeblocking(r, pps);
  if (pps.filtersAcrossSlices && (usesOffset || isDeblocked)) r.skip(1);
}

/** slice_pic_order_cnt_lsb to delta_poc_msb_cycle_lt. Returns NumPicTotalCurr (equation 7-55). */
function readReferencePictures(r: NalBitReader, sps: HevcSpsSliceFields): number {
  r.skip(sps.pictureOrderBits);
  const set = readShortTermSet(r, sps);
  const isUsed = ({ isUsed }: { isUsed: boolean }) => isUsed;
  const pictures = set.before.filter(isUsed).length + set.after.filter(isUsed).length;
  return pictures + (sps.longTermCandidates ? readLongTerm(r, sps, sps.longTermCandidates) : 0);
}

function readShortTermSet(
  r: NalBitReader,
  { referenceSets }: HevcSpsSliceFields,
): HevcReferenceSet {
  if (!r.flag()) return readHevcReferenceSet(r, referenceSets, true);
  const index = r.bits(ceilLog2(referenceSets.length));
  const set = referenceSets[index];
  if (!set) {
    const count = referenceSets.length;
    throw new MediaError(`Cannot read reference picture set ${index} where there are ${count}`);
  }
  return set;
}

/** Returns the long-term reference pictures that the current picture may use. */
function readLongTerm(
  r: NalBitReader,
  { pictureOrderBits }: HevcSpsSliceFields,
  candidates: readonly boolean[],
): number {
  const listed = candidates.length > 0 ? r.ue() : 0;
  const total = listed + r.ue();
  if (total > MAX_LONG_TERM_PICTURES) {
    throw new MediaError(`Cannot read ${total} long-term pictures, expected at most 33`);
  }
  let used = 0;
  for (let i = 0; i < total; i++) {
    if (i < listed) {
      if (candidates[r.bits(ceilLog2(candidates.length))]) used++;
    } else {
      r.skip(pictureOrderBits);
      used += r.bit();
    }
    if (r.flag()) r.ue(); // delta_poc_msb_cycle_lt
  }
  return used;
}

interface InterSlice {
  /** 1 for P, 2 for B. */
  readonly lists: number;
  /** NumPicTotalCurr. */
  readonly pictures: number;
  readonly hasTemporalVectors: boolean;
}

/** num_ref_idx_active_override_flag to five_minus_max_num_merge_cand. */
function readInterFields(r: NalBitReader, { pps, sps }: ParameterSets, slice: InterSlice): void {
  const { lists, pictures } = slice;
  const counts = [...pps.referenceCounts];
  if (r.flag()) { for (let list = 0; list < lists; list++) counts[list] = r.ue() + 1; }
  for (let list = 0; list < lists; list++) checkReferences(counts[list]!);
  if (pps.hasListModification && pictures > 1) {
    for (let list = 0; list < lists; list++) {
      if (r.flag()) r.skip(counts[list]! * ceilLog2(pictures));
    }
  }
  if (lists === 2) r.skip(1); // mvd_l1_zero_flag
  if (pps.hasCabacInit) r.skip(1);
  if (slice.hasTemporalVectors) {
    const list = lists === 2 && !r.flag() ? 1 : 0; // collocated_from_l0_flag
    if (counts[list]! > 1) r.ue(); // collocated_ref_idx
  }
  if (lists === 2 ? pps.hasWeightedBiprediction : pps.hasWeightedPrediction) {
    r.ue(); // luma_log2_weight_denom
    if (sps.chromaArrayType !== 0) r.se();
    for (let list = 0; list < lists; list++) readWeights(r, counts[list]!, sps.chromaArrayType);
  }
  r.ue(); // five_minus_max_num_merge_cand
}

function checkReferences(count: number): void {
  if (count > MAX_REFERENCES) {
    throw new MediaError(`Cannot read ${count} references, expected at most 16`);
  }
}

/** pred_weight_table() of one list (§7.3.6.3): all flags of luma, then of chroma, precede the weights. */
function readWeights(r: NalBitReader, references: number, chromaArrayType: number): void {
  const luma = r.bits(references);
  const chroma = chromaArrayType !== 0 ? r.bits(references) : 0;
  for (let i = references - 1; i >= 0; i--) {
    if ((luma >> i) & 1) skipSigned(r, 2);
    if ((chroma >> i) & 1) skipSigned(r, 4);
  }
}

/** Returns !slice_deblocking_filter_disabled_flag. */
function readDeblocking(r: NalBitReader, pps: HevcPps): boolean {
  const isOverridden = pps.canOverrideDeblocking && r.flag();
  if (!isOverridden) return !pps.isDeblockingDisabled;
  const isDisabled = r.flag();
  if (!isDisabled) skipSigned(r, 2);
  return !isDisabled;
}

function skipEntryPoints(r: NalBitReader): void {
  const count = r.ue();
  if (count === 0) return;
  const bits = r.ue() + 1;
  if (bits > 32) throw new MediaError(`Cannot read entry points of ${bits} bits, expected 32`);
  r.skip(count * bits);
}

/** byte_alignment() (§7.3.2.5), which follows a header that ends with a byte too. */
function readByteAlignment(r: NalBitReader): void {
  let isAligned = r.flag();
  while (!r.isAligned) if (r.flag()) isAligned = false;
  if (!isAligned) throw new MediaError("Cannot read the end of a slice header: it is not aligned");
}

function skipSigned(r: NalBitReader, count: number): void {
  for (let left = count; left > 0; left--) r.se();
}
