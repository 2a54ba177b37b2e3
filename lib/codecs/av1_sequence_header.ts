/** Sequence header OBU of AV1 (AV1 Bitstream & Decoding Process Specification §5.5). */

import { BitReader } from "../bits.ts";
import { MediaError } from "../errors.ts";
import { type Colour, UNSPECIFIED } from "./video_properties.ts";

export interface SequenceHeader {
  readonly width: number;
  readonly height: number;
  readonly colour: Colour;
}

/** What frame headers depend on (§5.5.1). */
export interface Av1SequenceFields {
  readonly isReduced: boolean;
  /** Bits of frame_presentation_time; 0 if absent. */
  readonly presentationTimeBits: number;
  /** Bits of buffer_removal_time; undefined without decoder_model_info(). */
  readonly removalTimeBits: number | undefined;
  readonly operatingPoints: readonly Av1OperatingPoint[];
  readonly widthBits: number;
  readonly heightBits: number;
  readonly width: number;
  readonly height: number;
  /** Bits of current_frame_id and delta_frame_id_minus_1; undefined if frames have no IDs. */
  readonly frameIdBits: { readonly id: number; readonly delta: number } | undefined;
  readonly has128Superblocks: boolean;
  /** OrderHintBits. */
  readonly orderHintBits: number;
  readonly hasReferenceMotionVectors: boolean;
  readonly hasWarpedMotion: boolean;
  /** 2: selected by each frame. */
  readonly screenContentTools: number;
  readonly integerMotionVectors: number;
  readonly hasSuperResolution: boolean;
  readonly hasCdef: boolean;
  readonly hasRestoration: boolean;
  readonly isMonochrome: boolean;
  /** 4:2:0. */
  readonly isSubsampled: boolean;
  readonly hasSeparateDeltas: boolean;
  readonly hasFilmGrain: boolean;
}

interface Av1OperatingPoint {
  readonly idc: number;
  readonly hasDecoderModel: boolean;
}

/** SELECT_SCREEN_CONTENT_TOOLS and SELECT_INTEGER_MV. */
export const AV1_SELECT = 2;

export const OBU_SEQUENCE_HEADER = 1;

/** BT.709 primaries, sRGB transfer, identity matrix; full range is implied. */
const SRGB = [1, 13, 0];

/**
 * Finds the first sequence header. The last OBU may be truncated.
 *
 * @throws MediaError if the header is truncated or invalid
 */
export function findSequenceHeader(units: Uint8Array): SequenceHeader | undefined {
  const r = new BitReader(units);
  while (r.left >= 8) {
    const { type, size } = readUnitHeader(r);
    const start = r.position / 8;
    const body = units.subarray(start, start + size);
    if (type === OBU_SEQUENCE_HEADER) return readSequenceHeader(new BitReader(body));
    r.position = 8 * (start + body.length);
  }
  return undefined;
}

export interface Av1UnitHeader {
  readonly type: number;
  /** In bytes, after the header. */
  readonly size: number;
  readonly temporalId: number;
  readonly spatialId: number;
}

/** open_bitstream_unit() (§5.3.1). */
export function readUnitHeader(r: BitReader): Av1UnitHeader {
  if (r.bit()) throw new MediaError("Cannot read obu_forbidden_bit 1, expected 0");
  const type = r.bits(4);
  const [extended, sized] = [r.bit(), r.bit()];
  r.skip(1);
  const [temporalId, spatialId] = extended ? [r.bits(3), r.bits(2)] : [0, 0];
  if (extended) r.skip(3);
  return { type, size: sized ? leb128(r) : r.left / 8, temporalId, spatialId };
}

function leb128(r: BitReader): number {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const more = r.bit();
    value += r.bits(7) * 128 ** i;
    if (!more) return value;
  }
  throw new MediaError("Cannot read a leb128 longer than 8 bytes");
}

const LEVEL_BITS = 5;

function readSequenceHeader(r: BitReader): SequenceHeader {
  const { width, height, colour } = readUpToColour(r);
  return { width, height, colour };
}

/**
 * Reads sequence_header_obu() for the frame headers that follow it.
 *
 * @throws MediaError if it is truncated or invalid
 */
export function readAv1SequenceFields(body: Uint8Array): Av1SequenceFields {
  const r = new BitReader(body);
  const { profile, format, colour: _, ...fields } = readUpToColour(r);
  const { isMonochrome } = format;
  const isSubsampled = readSubsampling(r, profile, format);
  const hasSeparateDeltas = !isMonochrome && r.bit() === 1;
  const hasFilmGrain = r.bit() === 1;
  return { ...fields, isMonochrome, isSubsampled, hasSeparateDeltas, hasFilmGrain };
}

/** Stops behind color_range. */
function readUpToColour(r: BitReader) {
  const profile = r.bits(3);
  r.skip(1);
  const isReduced = r.bit() === 1;
  if (isReduced) r.skip(LEVEL_BITS);
  const points = isReduced ? NO_OPERATING_POINTS : readOperatingPoints(r);
  const [widthBits, heightBits] = [r.bits(4) + 1, r.bits(4) + 1];
  const [width, height] = [r.bits(widthBits) + 1, r.bits(heightBits) + 1];
  const hasFrameIds = !isReduced && r.bit() === 1;
  const frameIdBits = hasFrameIds ? readFrameIdBits(r) : undefined;
  const has128Superblocks = r.bit() === 1;
  r.skip(2); // filter_intra, intra_edge
  const tools = isReduced ? REDUCED_TOOLS : readTools(r);
  const hasSuperResolution = r.bit() === 1;
  const hasCdef = r.bit() === 1;
  const hasRestoration = r.bit() === 1;
  const size = { widthBits, heightBits, width, height };
  const filters = { hasSuperResolution, hasCdef, hasRestoration };
  const coding = { ...points, ...size, frameIdBits, has128Superblocks, ...tools, ...filters };
  return { profile, isReduced, ...coding, ...readColour(r, profile) };
}

const NO_OPERATING_POINTS = {
  presentationTimeBits: 0,
  removalTimeBits: undefined as number | undefined,
  operatingPoints: [] as Av1OperatingPoint[],
};

function readFrameIdBits(r: BitReader): { id: number; delta: number } {
  const delta = r.bits(4) + 2;
  return { id: delta + r.bits(3) + 1, delta };
}

interface DecoderModel {
  /** Bits of decoder_buffer_delay and encoder_buffer_delay. */
  readonly delayBits: number;
  readonly removalTimeBits: number;
  readonly presentationTimeBits: number;
}

function readOperatingPoints(r: BitReader): typeof NO_OPERATING_POINTS {
  let model: DecoderModel | undefined;
  let hasPresentationTimes = false;
  const hasTimingInfo = r.bit();
  if (hasTimingInfo) {
    r.skip(64);
    const equalPictureInterval = r.bit();
    if (equalPictureInterval) r.ue();
    hasPresentationTimes = !equalPictureInterval;
    if (r.bit()) model = readDecoderModel(r);
  }
  const hasDelays = r.bit() === 1;
  const operatingPoints: Av1OperatingPoint[] = [];
  for (let points = r.bits(5) + 1; points > 0; points--) {
    operatingPoints.push(readOperatingPoint(r, model, hasDelays));
  }
  return {
    presentationTimeBits: hasPresentationTimes ? model?.presentationTimeBits ?? 0 : 0,
    removalTimeBits: model?.removalTimeBits,
    operatingPoints,
  };
}

function readDecoderModel(r: BitReader): DecoderModel {
  const delayBits = r.bits(5) + 1;
  r.skip(32);
  return { delayBits, removalTimeBits: r.bits(5) + 1, presentationTimeBits: r.bits(5) + 1 };
}

function readOperatingPoint(
  r: BitReader,
  model: DecoderModel | undefined,
  hasDelays: boolean,
): Av1OperatingPoint {
  const idc = r.bits(12);
  const level = r.bits(LEVEL_BITS);
  if (level > 7) r.skip(1);
  const hasDecoderModel = model !== undefined && r.bit() === 1;
  if (hasDecoderModel) r.skip(2 * model.delayBits + 1);
  if (hasDelays && r.bit()) r.skip(4);
  return { idc, hasDecoderModel };
}

const REDUCED_TOOLS = {
  hasWarpedMotion: false,
  hasReferenceMotionVectors: false,
  screenContentTools: AV1_SELECT,
  integerMotionVectors: AV1_SELECT,
  orderHintBits: 0,
};

function readTools(r: BitReader): typeof REDUCED_TOOLS {
  r.skip(2); // interintra_compound, masked_compound
  const hasWarpedMotion = r.bit() === 1;
  r.skip(1); // dual_filter
  const hasOrderHint = r.bit() === 1;
  if (hasOrderHint) r.skip(1); // jnt_comp
  const hasReferenceMotionVectors = hasOrderHint && r.bit() === 1;
  const screenContentTools = r.bit() ? AV1_SELECT : r.bit();
  const choosesIntegers = screenContentTools > 0 && r.bit() === 1;
  const integerMotionVectors = screenContentTools > 0 && !choosesIntegers ? r.bit() : AV1_SELECT;
  return {
    hasWarpedMotion,
    hasReferenceMotionVectors,
    screenContentTools,
    integerMotionVectors,
    orderHintBits: hasOrderHint ? r.bits(3) + 1 : 0,
  };
}

function readColour(r: BitReader, profile: number) {
  const isHighBitDepth = r.bit() === 1;
  const isTwelveBit = profile === 2 && isHighBitDepth && r.bit() === 1;
  const isMonochrome = profile !== 1 && r.bit() === 1;
  const points = r.bit()
    ? [r.bits(8), r.bits(8), r.bits(8)]
    : [UNSPECIFIED, UNSPECIFIED, UNSPECIFIED];
  const [primaries = 0, transfer = 0, matrix = 0] = points;
  const isSrgb = !isMonochrome && points.every((point, i) => point === SRGB[i]);
  const fullRange = isSrgb || r.bit() === 1;
  return {
    colour: { primaries, transfer, matrix, fullRange },
    format: { isTwelveBit, isMonochrome, isSrgb },
  };
}

/** subsampling_x to chroma_sample_position. Returns true for 4:2:0. */
function readSubsampling(
  r: BitReader,
  profile: number,
  format: { isTwelveBit: boolean; isMonochrome: boolean; isSrgb: boolean },
): boolean {
  if (format.isMonochrome) return true;
  if (format.isSrgb || profile === 1) return false;
  const isSubsampled = profile === 0 ||
    (format.isTwelveBit && r.bit() === 1 && r.bit() === 1);
  if (isSubsampled) r.skip(2);
  return isSubsampled;
}
