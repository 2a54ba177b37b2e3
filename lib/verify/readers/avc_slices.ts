/** Measures slice headers of AVC (14496-10 §7.3.3), behind which slices are encrypted. */

import { BitReader, removeEmulationPrevention } from "../../bits.ts";

/** What slice headers depend on in an SPS (§7.3.2.1.1). */
interface Sequence {
  /** ChromaArrayType. */
  readonly chroma: number;
  readonly hasSeparatePlanes: boolean;
  readonly frameNumberBits: number;
  /** pic_order_cnt_type. */
  readonly orderType: number;
  readonly orderBits: number;
  readonly isDeltaZero: boolean;
  readonly isFrameOnly: boolean;
}

/** What slice headers depend on in a PPS (§7.3.2.2). */
interface Parameters {
  readonly sequence: number;
  readonly isCabac: boolean;
  readonly hasBottomOrder: boolean;
  /** Entries in lists 0 and 1. */
  readonly references: readonly [number, number];
  readonly isWeighted: boolean;
  readonly weightsBoth: number;
  readonly hasDeblocking: boolean;
  readonly hasRedundant: boolean;
}

const IDR = 5;
const SPS = 7;
const PPS = 8;

/** Remainders of slice_type by 5 (§7.4.3). */
const P = 0;
const B = 1;
const I = 2;
const SP = 3;
const SI = 4;

const HIGH_PROFILES = [44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244];

/** Enough for the longest header. */
const MAX_HEADER = 4096;

/** Reads NAL units in decode order, since parameter sets may change. */
export class AvcSliceMeter {
  readonly #sequences = new Map<number, Sequence>();
  /** Undefined: with slice groups, whose headers are not measured. */
  readonly #parameters = new Map<number, Parameters | undefined>();

  /** @param sets SPS and PPS of the sample entry */
  constructor(sets: readonly Uint8Array[]) {
    for (const set of sets) this.readSet(set);
  }

  /** Reads a parameter set. Other NAL units change nothing. */
  readSet(nal: Uint8Array): void {
    const type = nal[0]! & 31;
    if (type !== SPS && type !== PPS) return;
    const r = new BitReader(removeEmulationPrevention(nal));
    r.skip(8);
    if (type === SPS) readSequence(r, this.#sequences);
    else readParameters(r, this.#parameters);
  }

  /** Returns the bytes of the headers of NAL unit and slice; undefined if they cannot be measured. */
  measure(nal: Uint8Array): number | undefined {
    const r = new BitReader(removeEmulationPrevention(nal.subarray(0, MAX_HEADER)));
    r.skip(8);
    r.ue(); // first_mb_in_slice
    const type = r.ue() % 5;
    const parameters = this.#parameters.get(r.ue());
    const sequence = parameters && this.#sequences.get(parameters.sequence);
    if (!sequence) return undefined;
    skipHeader(r, { nal, type, sequence, parameters });
    return toNalSize(nal, Math.ceil(r.position / 8));
  }
}

function readSequence(r: BitReader, sequences: Map<number, Sequence>): void {
  const profile = r.bits(8);
  r.skip(16);
  const id = r.ue();
  const { chroma, hasSeparatePlanes } = HIGH_PROFILES.includes(profile)
    ? readChroma(r)
    : { chroma: 1, hasSeparatePlanes: false };
  const frameNumberBits = r.ue() + 4;
  const orderType = r.ue();
  const orderBits = orderType === 0 ? r.ue() + 4 : 0;
  const isDeltaZero = orderType === 1 && r.bit() === 1;
  if (orderType === 1) {
    for (let left = 2; left > 0; left--) r.se();
    for (let left = r.ue(); left > 0; left--) r.se();
  }
  r.ue(); // max_num_ref_frames
  r.skip(1);
  r.ue();
  r.ue();
  const isFrameOnly = r.bit() === 1;
  sequences.set(id, {
    chroma,
    hasSeparatePlanes,
    frameNumberBits,
    orderType,
    orderBits,
    isDeltaZero,
    isFrameOnly,
  });
}

function readChroma(r: BitReader): { chroma: number; hasSeparatePlanes: boolean } {
  const format = r.ue();
  const hasSeparatePlanes = format === 3 && r.bit() === 1;
  r.ue();
  r.ue();
  r.skip(1);
  const lists = r.bit() ? (format === 3 ? 12 : 8) : 0;
  for (let list = 0; list < lists; list++) if (r.bit()) skipScalingList(r, list < 6 ? 16 : 64);
  return { chroma: hasSeparatePlanes ? 0 : format, hasSeparatePlanes };
}

function skipScalingList(r: BitReader, size: number): void {
  let [last, next] = [8, 8];
  for (let left = size; left > 0 && next !== 0; left--) {
    next = (last + r.se() + 256) % 256;
    if (next !== 0) last = next;
  }
}

function readParameters(r: BitReader, sets: Map<number, Parameters | undefined>): void {
  const [id, sequence] = [r.ue(), r.ue()];
  const [isCabac, hasBottomOrder] = [r.bit() === 1, r.bit() === 1];
  if (r.ue() > 0) return void sets.set(id, undefined);
  const references = [r.ue() + 1, r.ue() + 1] as const;
  const [isWeighted, weightsBoth] = [r.bit() === 1, r.bits(2)];
  for (let left = 3; left > 0; left--) r.se(); // quantizers
  const hasDeblocking = r.bit() === 1;
  r.skip(1);
  const hasRedundant = r.bit() === 1;
  sets.set(id, {
    sequence,
    isCabac,
    hasBottomOrder,
    references,
    isWeighted,
    weightsBoth,
    hasDeblocking,
    hasRedundant,
  });
}

interface Slice {
  readonly nal: Uint8Array;
  readonly type: number;
  readonly sequence: Sequence;
  readonly parameters: Parameters;
}

/** Skips what follows pic_parameter_set_id. */
function skipHeader(r: BitReader, slice: Slice): void {
  const { nal, type, sequence, parameters } = slice;
  const isIdr = (nal[0]! & 31) === IDR;
  if (sequence.hasSeparatePlanes) r.skip(2);
  r.skip(sequence.frameNumberBits);
  const isField = !sequence.isFrameOnly && r.bit() === 1;
  if (isField) r.skip(1);
  if (isIdr) r.ue();
  skipOrder(r, slice, isField);
  if (parameters.hasRedundant) r.ue();
  const isIntra = type === I || type === SI;
  if (!isIntra) skipReferences(r, slice);
  if ((nal[0]! >> 5 & 3) !== 0) skipMarking(r, isIdr);
  if (parameters.isCabac && !isIntra) r.ue();
  r.se(); // slice_qp_delta
  if (type === SP) r.skip(1);
  if (type === SP || type === SI) r.se();
  if (!parameters.hasDeblocking || r.ue() === 1) return;
  r.se();
  r.se();
}

function skipOrder(r: BitReader, { sequence, parameters }: Slice, isField: boolean): void {
  const { orderType, orderBits, isDeltaZero } = sequence;
  if (orderType === 0) r.skip(orderBits);
  else if (orderType === 1 && !isDeltaZero) r.se();
  else return;
  if (parameters.hasBottomOrder && !isField) r.se();
}

function skipReferences(r: BitReader, { type, sequence, parameters }: Slice): void {
  const isBoth = type === B;
  if (isBoth) r.skip(1);
  const counts = [...parameters.references];
  if (r.bit()) {
    counts[0] = r.ue() + 1;
    if (isBoth) counts[1] = r.ue() + 1;
  }
  const used = isBoth ? counts : counts.slice(0, 1);
  for (const _ of used) if (r.bit()) { while (r.ue() !== 3) r.ue(); }
  const hasWeights = isBoth
    ? parameters.weightsBoth === 1
    : parameters.isWeighted && (type === P || type === SP);
  if (hasWeights) skipWeights(r, used, sequence.chroma !== 0);
}

/** pred_weight_table() (§7.3.3.2). */
function skipWeights(r: BitReader, counts: readonly number[], hasChroma: boolean): void {
  r.ue();
  if (hasChroma) r.ue();
  for (const count of counts) {
    for (let left = count; left > 0; left--) {
      for (const values of hasChroma ? [2, 4] : [2]) {
        if (r.bit()) { for (let value = values; value > 0; value--) r.se(); }
      }
    }
  }
}

/** Values of each memory_management_control_operation (§7.3.3.3). */
const MARKING_VALUES = [0, 1, 1, 2, 1, 0, 1];

function skipMarking(r: BitReader, isIdr: boolean): void {
  if (isIdr) return r.skip(2);
  if (!r.bit()) return;
  for (let operation = r.ue(); operation !== 0; operation = r.ue()) {
    for (let left = MARKING_VALUES[operation] ?? 0; left > 0; left--) r.ue();
  }
}

/** Adds the emulation prevention bytes among the first bytes of a NAL unit (14496-10 §7.4.1, 23008-2 §7.4.2). */
export function toNalSize(nal: Uint8Array, size: number): number {
  let [zeros, at] = [0, 0];
  for (let left = size; left > 0 && at < nal.length; at++) {
    if (zeros >= 2 && nal[at] === 3) zeros = 0;
    else {
      zeros = nal[at] === 0 ? zeros + 1 : 0;
      left--;
    }
  }
  return at;
}
