/** Frame header of AV1 (AV1 Bitstream & Decoding Process Specification §5.9): its size, and the tiles of the frame. */

import type { BitReader } from "../bits.ts";
import { MediaError } from "../errors.ts";
import { type Av1Frame, skipFrameTools } from "./av1_frame_tools.ts";
import {
  allowsSkipMode,
  type Av1SavedFrame,
  type Av1Segmentation,
  type Av1Slots,
  deriveReferences,
} from "./av1_frame_references.ts";
import { AV1_SELECT, type Av1SequenceFields, type Av1UnitHeader } from "./av1_sequence_header.ts";
import { type Av1Tiling, readAv1Tiling } from "./av1_tiling.ts";

const KEY_FRAME = 0;
const INTER_FRAME = 1;
const INTRA_ONLY_FRAME = 2;
const SWITCH_FRAME = 3;

const ALL_SLOTS = 0xFF;
const NO_PRIMARY_REFERENCE = 7;
const REFERENCES = 7;

export interface Av1FrameHeader {
  /** Undefined for a frame that is shown again, which has no tiles. */
  readonly tiling: Av1Tiling | undefined;
  /** Reference frames of the frames that follow. */
  readonly slots: Av1Slots;
}

/**
 * Reads uncompressed_header(); stops behind film_grain_params().
 *
 * @throws MediaError if the header is truncated, or refers to absent frames
 */
export function readAv1FrameHeader(
  r: BitReader,
  sequence: Av1SequenceFields,
  slots: Av1Slots,
  unit: Av1UnitHeader,
): Av1FrameHeader {
  if (!sequence.isReduced && r.bit()) return readShownAgain(r, sequence, slots);
  const start = readStart(r, sequence);
  const isResettingFrame = start.type === KEY_FRAME && start.isShown;
  const order = readOrder(r, sequence, start);
  skipRemovalTimes(r, sequence, unit);
  const refreshes = isResettingFrame || start.type === SWITCH_FRAME ? ALL_SLOTS : r.bits(8);
  const references = isResettingFrame ? slots.map(() => undefined) : slots;
  const valid = (!start.isIntra || refreshes !== ALL_SLOTS) && start.isErrorResilient
    ? readOrderHints(r, sequence, references)
    : references;
  const prediction = start.isIntra
    ? readIntra(r, sequence, { ...start, ...order })
    : readInter(r, sequence, { ...start, ...order, slots: valid });
  if (!sequence.isReduced && !start.disablesCdfUpdate) r.skip(1); // disable_frame_end_update_cdf
  const frame: Av1Frame = {
    ...start,
    ...order,
    ...prediction,
    previousSegmentation: findSegmentation(order.primary, prediction.references, valid),
  };
  const tiling = readAv1Tiling(r, frame, sequence.has128Superblocks);
  const segmentation = skipFrameTools(r, sequence, frame);
  const { upscaledWidth, height } = frame;
  const isKey = start.type === KEY_FRAME;
  const saved = { isKey, upscaledWidth, height, orderHint: order.orderHint, segmentation };
  return { tiling, slots: refresh(valid, refreshes, saved) };
}

/** show_existing_frame: a key frame then refreshes all slots (§7.21). */
function readShownAgain(
  r: BitReader,
  sequence: Av1SequenceFields,
  slots: Av1Slots,
): Av1FrameHeader {
  const saved = slots[r.bits(3)];
  r.skip(sequence.presentationTimeBits);
  r.skip(sequence.frameIdBits?.id ?? 0);
  return { tiling: undefined, slots: saved?.isKey ? refresh(slots, ALL_SLOTS, saved) : slots };
}

/** Reference frame update process (§7.20). */
function refresh(slots: Av1Slots, refreshes: number, saved: Av1SavedFrame): Av1Slots {
  return slots.map((frame, slot) => (refreshes >> slot) & 1 ? saved : frame);
}

/** frame_type to force_integer_mv. */
function readStart(r: BitReader, sequence: Av1SequenceFields) {
  const type = sequence.isReduced ? KEY_FRAME : r.bits(2);
  const isIntra = type === KEY_FRAME || type === INTRA_ONLY_FRAME;
  const isShown = sequence.isReduced || r.bit() === 1;
  if (isShown && !sequence.isReduced) r.skip(sequence.presentationTimeBits);
  const isShowable = isShown || r.bit() === 1;
  const isImplicit = type === SWITCH_FRAME || (type === KEY_FRAME && isShown);
  const isErrorResilient = isImplicit || r.bit() === 1;
  const disablesCdfUpdate = r.bit() === 1;
  const { screenContentTools, integerMotionVectors } = sequence;
  const hasScreenContentTools = screenContentTools === AV1_SELECT
    ? r.bit() === 1
    : screenContentTools === 1;
  const hasIntegerVectors = hasScreenContentTools &&
    (integerMotionVectors === AV1_SELECT ? r.bit() === 1 : integerMotionVectors === 1);
  return {
    type,
    isIntra,
    isInter: type === INTER_FRAME,
    isShown,
    isShowable,
    isErrorResilient,
    disablesCdfUpdate,
    hasScreenContentTools,
    hasIntegerVectors,
  };
}

type Start = ReturnType<typeof readStart>;

/** current_frame_id to primary_ref_frame. */
function readOrder(r: BitReader, sequence: Av1SequenceFields, { type, ...start }: Start) {
  r.skip(sequence.frameIdBits?.id ?? 0);
  const hasOwnSize = type === SWITCH_FRAME || (!sequence.isReduced && r.bit() === 1);
  const orderHint = r.bits(sequence.orderHintBits);
  const hasPrimary = !start.isIntra && !start.isErrorResilient;
  return { hasOwnSize, orderHint, primary: hasPrimary ? r.bits(3) : NO_PRIMARY_REFERENCE };
}

type Order = ReturnType<typeof readOrder>;

function skipRemovalTimes(
  r: BitReader,
  { removalTimeBits, operatingPoints }: Av1SequenceFields,
  { temporalId, spatialId }: Av1UnitHeader,
): void {
  if (removalTimeBits === undefined || !r.bit()) return;
  for (const { idc, hasDecoderModel } of operatingPoints) {
    const isMember = ((idc >> temporalId) & 1) === 1 && ((idc >> (spatialId + 8)) & 1) === 1;
    if (hasDecoderModel && (idc === 0 || isMember)) r.skip(removalTimeBits);
  }
}

/** ref_order_hint: another hint than that of the slot invalidates it. */
function readOrderHints(
  r: BitReader,
  { orderHintBits }: Av1SequenceFields,
  slots: Av1Slots,
): Av1Slots {
  if (orderHintBits === 0) return slots;
  return slots.map((frame) => {
    const orderHint = r.bits(orderHintBits);
    return frame?.orderHint === orderHint ? frame : { ...LOST_FRAME, orderHint };
  });
}

/** A frame that was lost has no size, so a frame that takes its size from it fails. */
const LOST_FRAME = { isKey: false, upscaledWidth: 0, height: 0, segmentation: [] };

function readIntra(r: BitReader, sequence: Av1SequenceFields, start: Start & Order) {
  const size = readFrameSize(r, sequence, start.hasOwnSize);
  skipRenderSize(r);
  const canCopyBlocks = start.hasScreenContentTools && size.upscaledWidth === size.width;
  return {
    ...size,
    allowsIntraBlockCopy: canCopyBlocks && r.bit() === 1,
    hasHighPrecisionVectors: false,
    allowsSkipMode: false,
    references: [] as number[],
  };
}

interface InterStart extends Start, Order {
  readonly slots: Av1Slots;
}

function readInter(r: BitReader, sequence: Av1SequenceFields, start: InterStart) {
  const { slots } = start;
  const references = readReferences(r, sequence, start);
  const size = start.hasOwnSize && !start.isErrorResilient
    ? readSizeOrReference(r, sequence, references.map((slot) => slots[slot]))
    : readSizes(r, sequence, start.hasOwnSize);
  const hasHighPrecisionVectors = !start.hasIntegerVectors && r.bit() === 1;
  const isFilterSwitchable = r.bit() === 1;
  if (!isFilterSwitchable) r.skip(2);
  r.skip(1); // is_motion_mode_switchable
  if (!start.isErrorResilient && sequence.hasReferenceMotionVectors) r.skip(1);
  const hints = references.map((slot) => slots[slot]?.orderHint ?? 0);
  return {
    ...size,
    allowsIntraBlockCopy: false,
    hasHighPrecisionVectors,
    allowsSkipMode: allowsSkipMode(hints, start.orderHint, sequence.orderHintBits),
    references,
  };
}

/** frame_refs_short_signaling to delta_frame_id_minus_1. Returns the slots of the references. */
function readReferences(
  r: BitReader,
  { orderHintBits, frameIdBits }: Av1SequenceFields,
  { slots, orderHint }: InterStart,
): number[] {
  const isShort = orderHintBits > 0 && r.bit() === 1;
  const derived = isShort
    ? deriveReferences(slots, { last: r.bits(3), golden: r.bits(3), orderHint, orderHintBits })
    : [];
  return Array.from({ length: REFERENCES }, (_, i) => {
    const slot = isShort ? derived[i]! : r.bits(3);
    r.skip(frameIdBits?.delta ?? 0);
    return slot;
  });
}

interface FrameSize {
  readonly upscaledWidth: number;
  readonly width: number;
  readonly height: number;
}

function readSizes(r: BitReader, sequence: Av1SequenceFields, hasOwnSize: boolean): FrameSize {
  const size = readFrameSize(r, sequence, hasOwnSize);
  skipRenderSize(r);
  return size;
}

/** frame_size_with_refs() (§5.9.7). */
function readSizeOrReference(
  r: BitReader,
  sequence: Av1SequenceFields,
  references: Av1Slots,
): FrameSize {
  for (const frame of references) {
    if (!r.bit()) continue;
    if (!frame?.upscaledWidth) {
      throw new MediaError("Cannot read a frame header: it refers to the size of an absent frame");
    }
    return readSuperResolution(r, sequence, frame.upscaledWidth, frame.height);
  }
  return readSizes(r, sequence, true);
}

/** frame_size() (§5.9.5). */
function readFrameSize(r: BitReader, sequence: Av1SequenceFields, hasOwnSize: boolean): FrameSize {
  const [width, height] = hasOwnSize
    ? [r.bits(sequence.widthBits) + 1, r.bits(sequence.heightBits) + 1]
    : [sequence.width, sequence.height];
  return readSuperResolution(r, sequence, width, height);
}

/** superres_params() (§5.9.8). */
function readSuperResolution(
  r: BitReader,
  { hasSuperResolution }: Av1SequenceFields,
  upscaledWidth: number,
  height: number,
): FrameSize {
  if (!hasSuperResolution || !r.bit()) return { upscaledWidth, width: upscaledWidth, height };
  const denominator = r.bits(3) + 9;
  const width = Math.floor((upscaledWidth * 8 + Math.floor(denominator / 2)) / denominator);
  return { upscaledWidth, width, height };
}

function skipRenderSize(r: BitReader): void {
  if (r.bit()) r.skip(2 * 16);
}

function findSegmentation(
  primary: number,
  references: readonly number[],
  slots: Av1Slots,
): Av1Segmentation | undefined {
  if (primary === NO_PRIMARY_REFERENCE) return undefined;
  const frame = slots[references[primary]!];
  if (!frame) throw new MediaError("Cannot read a frame header: its primary reference is absent");
  return frame.segmentation;
}
