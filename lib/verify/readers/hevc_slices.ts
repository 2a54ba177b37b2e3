/** Measures slice segment headers of HEVC (23008-2 §7.3.6), behind which slices are encrypted. */

import { BitReader, removeEmulationPrevention } from "../../bits.ts";
import { toNalSize } from "./avc_slices.ts";
import {
  ceilLogarithm,
  type HevcParameters,
  type HevcSequence,
  readHevcParameters,
  readHevcSequenceFields,
  readReferenceSet,
  type ReferenceSet,
} from "./hevc_parameters.ts";

const SPS = 33;
const PPS = 34;

const BLA = 16;
const IDR = [19, 20];
const LAST_IRAP = 23;

/** Values of slice_type (§7.4.7.1). */
const B = 0;
const P = 1;

/** Enough for the longest header, but for thousands of entry points. */
const MAX_HEADER = 16384;

/** Reads NAL units in decode order, since parameter sets may change. */
export class HevcSliceMeter {
  readonly #sequences = new Map<number, HevcSequence>();
  readonly #parameters = new Map<number, HevcParameters>();

  /** @param sets VPS, SPS and PPS of the sample entry */
  constructor(sets: readonly Uint8Array[]) {
    for (const set of sets) this.readSet(set);
  }

  /** Reads a parameter set of the base layer. Other NAL units change nothing. */
  readSet(nal: Uint8Array): void {
    const type = nal[0]! >> 1 & 63;
    if (type !== SPS && type !== PPS || getLayer(nal) > 0) return;
    const r = new BitReader(removeEmulationPrevention(nal));
    r.skip(16);
    if (type === SPS) {
      const { id, fields } = readHevcSequenceFields(r);
      this.#sequences.set(id, fields);
    } else {
      const { id, fields } = readHevcParameters(r);
      this.#parameters.set(id, fields);
    }
  }

  /** Returns the bytes of the headers of NAL unit and slice; undefined if they cannot be measured. */
  measure(nal: Uint8Array): number | undefined {
    if (getLayer(nal) > 0) return undefined;
    const r = new BitReader(removeEmulationPrevention(nal.subarray(0, MAX_HEADER)));
    const type = nal[0]! >> 1 & 63;
    r.skip(16);
    const isFirst = r.bit() === 1;
    if (type >= BLA && type <= LAST_IRAP) r.skip(1);
    const parameters = this.#parameters.get(r.ue());
    const sequence = parameters && this.#sequences.get(parameters.sequence);
    if (!sequence) return undefined;
    const isDependent = !isFirst && parameters.hasDependent && r.bit() === 1;
    if (!isFirst) r.skip(sequence.addressBits);
    if (!isDependent) new SliceHeader(r, { type, sequence, parameters }).skip();
    if (parameters.hasEntryPoints) skipEntryPoints(r);
    if (parameters.hasExtension) r.skip(8 * r.ue());
    return toNalSize(nal, Math.floor(r.position / 8) + 1); // with a bit and zeros of byte_alignment()
  }
}

function getLayer(nal: Uint8Array): number {
  return (nal[0]! & 1) * 32 + (nal[1]! >> 3);
}

function skipEntryPoints(r: BitReader): void {
  const count = r.ue();
  if (count > 0) r.skip(count * (r.ue() + 1));
}

interface SliceContext {
  /** Type of the NAL unit. */
  readonly type: number;
  readonly sequence: HevcSequence;
  readonly parameters: HevcParameters;
}

/** The part of a header that a dependent slice segment does not have. */
class SliceHeader {
  readonly #r: BitReader;
  readonly #context: SliceContext;
  #type = 0;
  /** NumPicTotalCurr (equation 7-55). */
  #references = 0;
  #hasTemporalVectors = false;

  constructor(r: BitReader, context: SliceContext) {
    this.#r = r;
    this.#context = context;
  }

  skip(): void {
    const r = this.#r;
    const { type, sequence, parameters } = this.#context;
    r.skip(parameters.extraBits);
    this.#type = r.ue();
    if (parameters.hasOutput) r.skip(1);
    if (sequence.hasSeparatePlanes) r.skip(2);
    if (!IDR.includes(type)) this.#skipReferences();
    const luma = sequence.hasOffsets && r.bit() === 1;
    const chroma = sequence.hasOffsets && sequence.chroma !== 0 && r.bit() === 1;
    if (this.#type === B || this.#type === P) this.#skipPrediction();
    r.se(); // slice_qp_delta
    if (parameters.hasChromaOffsets) { for (let left = 2; left > 0; left--) r.se(); }
    if (parameters.hasOffsetLists) r.skip(1);
    const isFiltered = !this.#readUnfiltered();
    if (parameters.filtersAcross && (luma || chroma || isFiltered)) r.skip(1);
  }

  #skipReferences(): void {
    const r = this.#r;
    const { orderBits, referenceSets, longTerm, hasTemporalVectors } = this.#context.sequence;
    r.skip(orderBits);
    const isListed = r.bit() === 1;
    const set: ReferenceSet = isListed
      ? referenceSets[r.bits(ceilLogarithm(referenceSets.length))] ?? []
      : readReferenceSet(r, referenceSets, true);
    this.#references = set.filter(({ isUsed }) => isUsed).length;
    if (longTerm) this.#skipLongTerm(longTerm);
    this.#hasTemporalVectors = hasTemporalVectors && r.bit() === 1;
  }

  #skipLongTerm(known: readonly boolean[]): void {
    const r = this.#r;
    const listed = known.length > 0 ? r.ue() : 0;
    const count = listed + r.ue();
    for (let i = 0; i < count; i++) {
      if (i >= listed) r.skip(this.#context.sequence.orderBits);
      const isUsed = i < listed ? known[r.bits(ceilLogarithm(known.length))] : r.bit() === 1;
      if (isUsed) this.#references++;
      if (r.bit()) r.ue();
    }
  }

  #skipPrediction(): void {
    const r = this.#r;
    const { parameters } = this.#context;
    const isBoth = this.#type === B;
    const counts = [...parameters.references];
    if (r.bit()) {
      counts[0] = r.ue() + 1;
      if (isBoth) counts[1] = r.ue() + 1;
    }
    const lists = isBoth ? counts : counts.slice(0, 1);
    if (parameters.hasModification && this.#references > 1) {
      for (const count of lists) if (r.bit()) r.skip(count * ceilLogarithm(this.#references));
    }
    if (isBoth) r.skip(1);
    if (parameters.hasCabacInit) r.skip(1);
    if (this.#hasTemporalVectors) {
      const list = isBoth && r.bit() === 0 ? 1 : 0; // collocated_from_l0_flag
      if (counts[list]! > 1) r.ue();
    }
    if (isBoth ? parameters.isWeightedBoth : parameters.isWeighted) this.#skipWeights(lists);
    r.ue(); // five_minus_max_num_merge_cand
  }

  /** pred_weight_table() (§7.3.6.3). */
  #skipWeights(lists: readonly number[]): void {
    const r = this.#r;
    const hasChroma = this.#context.sequence.chroma !== 0;
    r.ue();
    if (hasChroma) r.se();
    for (const count of lists) {
      const readFlags = () => Array.from({ length: count }, () => r.bit());
      const luma = readFlags();
      const chroma = hasChroma ? readFlags() : [];
      for (let i = 0; i < count; i++) {
        for (let left = 2 * luma[i]! + 4 * (chroma[i] ?? 0); left > 0; left--) r.se();
      }
    }
  }

  /** Returns slice_deblocking_filter_disabled_flag. */
  #readUnfiltered(): boolean {
    const r = this.#r;
    const { mayOverride, isUnfiltered } = this.#context.parameters;
    if (!mayOverride || !r.bit()) return isUnfiltered;
    if (r.bit()) return true;
    r.se();
    r.se();
    return false;
  }
}
