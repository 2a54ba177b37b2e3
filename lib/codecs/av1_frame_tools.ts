/** Coding tools in frame headers of AV1, behind tile_info() (AV1 Bitstream & Decoding Process Specification §5.9.2). */

import type { BitReader } from "../bits.ts";
import type { Av1Segmentation } from "./av1_frame_references.ts";
import type { Av1SequenceFields } from "./av1_sequence_header.ts";
import { readNonSymmetric } from "./av1_tiling.ts";

/** Fields before tile_info() on which later ones depend. */
export interface Av1Frame {
  /** Key and intra-only frames. */
  readonly isIntra: boolean;
  /** Neither intra nor switch frames. */
  readonly isInter: boolean;
  /** show_frame or showable_frame. */
  readonly isShowable: boolean;
  readonly isErrorResilient: boolean;
  readonly upscaledWidth: number;
  readonly width: number;
  readonly height: number;
  readonly allowsIntraBlockCopy: boolean;
  readonly hasHighPrecisionVectors: boolean;
  readonly allowsSkipMode: boolean;
  /** Segmentation of the primary reference frame; undefined without one. */
  readonly previousSegmentation: Av1Segmentation | undefined;
}

/**
 * Reads quantization_params() to film_grain_params().
 *
 * @returns the segmentation that the frame saves
 */
export function skipFrameTools(
  r: BitReader,
  sequence: Av1SequenceFields,
  frame: Av1Frame,
): Av1Segmentation {
  const quantizer = readQuantizer(r, sequence);
  const segmentation = readSegmentation(r, frame.previousSegmentation);
  skipDeltas(r, quantizer.base, frame.allowsIntraBlockCopy);
  const isLossless = !quantizer.hasDeltas && isLosslessInAll(quantizer.base, segmentation);
  const isFiltered = !isLossless && !frame.allowsIntraBlockCopy;
  if (isFiltered) skipLoopFilter(r, sequence.isMonochrome);
  if (isFiltered && sequence.hasCdef) skipCdef(r, sequence.isMonochrome);
  const isScaled = frame.width !== frame.upscaledWidth;
  const canRestore = !frame.allowsIntraBlockCopy && (!isLossless || isScaled);
  if (canRestore && sequence.hasRestoration) skipRestoration(r, sequence);
  if (!isLossless) r.skip(1); // tx_mode_select
  const selectsReference = !frame.isIntra && r.bit() === 1;
  if (selectsReference && frame.allowsSkipMode) r.skip(1); // skip_mode_present
  if (!frame.isIntra && !frame.isErrorResilient && sequence.hasWarpedMotion) r.skip(1);
  r.skip(1); // reduced_tx_set
  if (!frame.isIntra) skipGlobalMotion(r, frame.hasHighPrecisionVectors);
  if (sequence.hasFilmGrain && frame.isShowable) skipFilmGrain(r, sequence, frame);
  return segmentation;
}

/** quantization_params() (§5.9.12). */
function readQuantizer(r: BitReader, { isMonochrome, hasSeparateDeltas }: Av1SequenceFields) {
  const base = r.bits(8);
  const deltas = [readDelta(r)];
  if (!isMonochrome) {
    const hasOwnV = hasSeparateDeltas && r.bit() === 1;
    for (let left = hasOwnV ? 4 : 2; left > 0; left--) deltas.push(readDelta(r));
  }
  if (r.bit()) r.skip(hasSeparateDeltas ? 12 : 8); // qm_y, qm_u, qm_v
  return { base, hasDeltas: deltas.some((delta) => delta !== 0) };
}

/** read_delta_q(): su(7). */
function readDelta(r: BitReader): number {
  return r.bit() ? readSigned(r, 7) : 0;
}

/** su(n) (§4.10.6). */
function readSigned(r: BitReader, bits: number): number {
  const value = r.bits(bits);
  return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
}

const SEGMENTS = 8;

/** Bits of the features after the first, with sign (§5.9.14). */
const FEATURE_BITS = [7, 7, 7, 7, 3, 0, 0];
const QUANTIZER_BITS = 9;

const NO_SEGMENTATION: Av1Segmentation = [];

/** segmentation_params() (§5.9.14). */
function readSegmentation(r: BitReader, previous: Av1Segmentation | undefined): Av1Segmentation {
  if (!r.bit()) return NO_SEGMENTATION;
  if (previous) {
    if (r.bit()) r.skip(1); // segmentation_update_map, segmentation_temporal_update
    if (!r.bit()) return previous;
  }
  return Array.from({ length: SEGMENTS }, () => {
    const quantizer = r.bit() ? readSigned(r, QUANTIZER_BITS) : undefined;
    for (const bits of FEATURE_BITS) if (r.bit()) r.skip(bits);
    return quantizer;
  });
}

/** delta_q_params(), delta_lf_params(). */
function skipDeltas(r: BitReader, baseQuantizer: number, allowsIntraBlockCopy: boolean): void {
  if (baseQuantizer === 0 || !r.bit()) return;
  r.skip(2);
  if (!allowsIntraBlockCopy && r.bit()) r.skip(3);
}

/** CodedLossless without differences between planes: the quantizer of every segment is 0 (§7.12.2). */
function isLosslessInAll(base: number, segmentation: Av1Segmentation): boolean {
  for (let i = 0; i < SEGMENTS; i++) {
    if (base + (segmentation[i] ?? 0) > 0) return false;
  }
  return true;
}

/** loop_filter_params() (§5.9.11). */
function skipLoopFilter(r: BitReader, isMonochrome: boolean): void {
  const levels = [r.bits(6), r.bits(6)];
  if (!isMonochrome && levels.some((level) => level > 0)) r.skip(12);
  r.skip(3);
  if (!r.bit() || !r.bit()) return; // loop_filter_delta_enabled, loop_filter_delta_update
  for (let left = 8 + 2; left > 0; left--) if (r.bit()) r.skip(7);
}

/** cdef_params() (§5.9.19). */
function skipCdef(r: BitReader, isMonochrome: boolean): void {
  r.skip(2);
  const strengths = 2 ** r.bits(2);
  r.skip(strengths * (isMonochrome ? 6 : 12));
}

/** lr_params() (§5.9.20). */
function skipRestoration(r: BitReader, sequence: Av1SequenceFields): void {
  const [luma, ...chroma] = Array.from(
    { length: sequence.isMonochrome ? 1 : 3 },
    () => r.bits(2) > 0,
  );
  const isChromaRestored = chroma.includes(true);
  if (!luma && !isChromaRestored) return;
  const isShifted = r.bit() === 1;
  if (isShifted && !sequence.has128Superblocks) r.skip(1); // lr_unit_extra_shift
  if (sequence.isSubsampled && isChromaRestored) r.skip(1);
}

const TRANSLATION_BITS = 12;
const TRANSLATION_ONLY_BITS = 9;
const ALPHA_BITS = 12;

/** global_motion_params() (§5.9.24). */
function skipGlobalMotion(r: BitReader, hasHighPrecision: boolean): void {
  for (let reference = 0; reference < 7; reference++) {
    if (!r.bit()) continue; // is_global
    const isRotated = r.bit() === 1;
    const isTranslated = !isRotated && r.bit() === 1;
    const isAffine = !isRotated && !isTranslated;
    const alphas = isAffine ? 4 : isRotated ? 2 : 0;
    for (let left = alphas; left > 0; left--) skipSubexp(r, ALPHA_BITS);
    const translationBits = isTranslated
      ? TRANSLATION_ONLY_BITS - (hasHighPrecision ? 0 : 1)
      : TRANSLATION_BITS;
    for (let left = 2; left > 0; left--) skipSubexp(r, translationBits);
  }
}

/** decode_signed_subexp_with_ref() (§5.9.26), whose size does not depend on the reference. */
function skipSubexp(r: BitReader, bits: number): void {
  const symbols = 2 * 2 ** bits + 1;
  for (let [i, start] = [0, 0];; i++) {
    const step = i === 0 ? 3 : i + 2;
    if (symbols <= start + 3 * 2 ** step) {
      readNonSymmetric(r, symbols - start);
      return;
    }
    if (!r.bit()) {
      r.skip(step);
      return;
    }
    start += 2 ** step;
  }
}

/** film_grain_params() (§5.9.30). */
function skipFilmGrain(r: BitReader, sequence: Av1SequenceFields, { isInter }: Av1Frame): void {
  if (!r.bit()) return; // apply_grain
  r.skip(16);
  const isUpdated = !isInter || r.bit() === 1;
  if (!isUpdated) {
    r.skip(3); // film_grain_params_ref_idx
    return;
  }
  const lumaPoints = skipPoints(r);
  const isScaledFromLuma = !sequence.isMonochrome && r.bit() === 1;
  const hasChroma = !sequence.isMonochrome && !isScaledFromLuma &&
    !(sequence.isSubsampled && lumaPoints === 0);
  const [cbPoints, crPoints] = hasChroma ? [skipPoints(r), skipPoints(r)] : [0, 0];
  r.skip(2); // grain_scaling_minus_8
  const lag = r.bits(2);
  const lumaPositions = 2 * lag * (lag + 1);
  const chromaPositions = lumaPositions + (lumaPoints > 0 ? 1 : 0);
  if (lumaPoints > 0) r.skip(8 * lumaPositions);
  if (isScaledFromLuma || cbPoints > 0) r.skip(8 * chromaPositions);
  if (isScaledFromLuma || crPoints > 0) r.skip(8 * chromaPositions);
  r.skip(2 + 2); // ar_coeff_shift_minus_6, grain_scale_shift
  if (cbPoints > 0) r.skip(8 + 8 + 9);
  if (crPoints > 0) r.skip(8 + 8 + 9);
  r.skip(2); // overlap_flag, clip_to_restricted_range
}

/** Returns the number of points of a scaling function. */
function skipPoints(r: BitReader): number {
  const points = r.bits(4);
  r.skip(16 * points);
  return points;
}
