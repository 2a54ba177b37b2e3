/** Sequence header OBU of AV1 (AV1 Bitstream & Decoding Process Specification §5.5). */

import { BitReader } from "../bits.ts";
import { MediaError } from "../errors.ts";
import { type Colour, UNSPECIFIED } from "./video_properties.ts";

export interface SequenceHeader {
  readonly width: number;
  readonly height: number;
  readonly colour: Colour;
}

const OBU_SEQUENCE_HEADER = 1;

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

/** open_bitstream_unit() (§5.3.1). `size` is in bytes. */
export function readUnitHeader(r: BitReader): { type: number; size: number } {
  if (r.bit()) throw new MediaError("Cannot read obu_forbidden_bit 1, expected 0");
  const type = r.bits(4);
  const [extended, sized] = [r.bit(), r.bit()];
  r.skip(extended ? 1 + 8 : 1);
  return { type, size: sized ? leb128(r) : r.left / 8 };
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
  const profile = r.bits(3);
  r.skip(1);
  const reduced = r.bit() === 1;
  if (reduced) r.skip(LEVEL_BITS);
  else skipOperatingPoints(r);
  const [widthBits, heightBits] = [r.bits(4) + 1, r.bits(4) + 1];
  const [width, height] = [r.bits(widthBits) + 1, r.bits(heightBits) + 1];
  const hasFrameIds = !reduced && r.bit();
  if (hasFrameIds) r.skip(4 + 3);
  r.skip(3); // superblock, filter_intra, intra_edge
  if (!reduced) skipTools(r);
  r.skip(3); // superres, cdef, restoration
  return { width, height, colour: readColour(r, profile) };
}

function skipOperatingPoints(r: BitReader): void {
  let delayBits: number | undefined;
  const hasTimingInfo = r.bit();
  if (hasTimingInfo) {
    r.skip(64);
    const equalPictureInterval = r.bit();
    if (equalPictureInterval) r.ue();
    const hasDecoderModelInfo = r.bit();
    if (hasDecoderModelInfo) {
      delayBits = r.bits(5) + 1;
      r.skip(32 + 5 + 5);
    }
  }
  const delays = r.bit();
  for (let points = r.bits(5) + 1; points > 0; points--) {
    r.skip(12);
    const level = r.bits(LEVEL_BITS);
    if (level > 7) r.skip(1);
    if (delayBits !== undefined && r.bit()) r.skip(2 * delayBits + 1);
    if (delays && r.bit()) r.skip(4);
  }
}

function skipTools(r: BitReader): void {
  r.skip(4);
  const orderHint = r.bit();
  if (orderHint) r.skip(2);
  const screenContent = r.bit() || r.bit();
  if (screenContent && !r.bit()) r.skip(1); // seq_choose_integer_mv
  if (orderHint) r.skip(3);
}

const TWELVE_BIT_BITS = 1;
const MONOCHROME_BITS = 1;

function readColour(r: BitReader, profile: number): Colour {
  const highBitDepth = r.bit();
  if (profile === 2 && highBitDepth) r.skip(TWELVE_BIT_BITS);
  if (profile !== 1) r.skip(MONOCHROME_BITS);
  const points = r.bit()
    ? [r.bits(8), r.bits(8), r.bits(8)]
    : [UNSPECIFIED, UNSPECIFIED, UNSPECIFIED];
  const [primaries = 0, transfer = 0, matrix = 0] = points;
  const fullRange = points.every((point, i) => point === SRGB[i]) || r.bit() === 1;
  return { primaries, transfer, matrix, fullRange };
}
