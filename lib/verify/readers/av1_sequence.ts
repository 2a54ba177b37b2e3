/** Reads the sequence header of AV1 (AV1 Bitstream & Decoding Process Specification §5.5). */

import { BitReader } from "../../bits.ts";
import type { ColourDeclaration } from "./video_usability.ts";

export interface Av1Sequence {
  readonly width: number;
  readonly height: number;
  readonly colour: ColourDeclaration;
}

const SEQUENCE_HEADER = 1;

/** Finds the header in OBUs. @throws MediaError if it is truncated */
export function findAv1Sequence(units: Uint8Array): Av1Sequence | undefined {
  const r = new BitReader(units);
  while (r.left >= 8) {
    r.skip(1);
    const type = r.bits(4);
    const [hasExtension, hasSize] = [r.bit(), r.bit()];
    r.skip(hasExtension ? 9 : 1);
    const size = hasSize ? readLeb128(r) : r.left / 8;
    if (type === SEQUENCE_HEADER) return readSequence(r);
    r.position = Math.min(8 * units.length, r.position + 8 * size);
  }
  return undefined;
}

function readLeb128(r: BitReader): number {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = r.bits(8);
    value += (byte & 127) * 128 ** i;
    if (byte < 128) break;
  }
  return value;
}

function readSequence(r: BitReader): Av1Sequence {
  const profile = r.bits(3);
  r.skip(1);
  const isReduced = r.bit() === 1;
  if (isReduced) r.skip(5);
  else skipOperatingParameters(r);
  const [widthBits, heightBits] = [r.bits(4) + 1, r.bits(4) + 1];
  const [width, height] = [r.bits(widthBits) + 1, r.bits(heightBits) + 1];
  if (!isReduced && r.bit()) r.skip(7); // frame_id_numbers
  r.skip(3);
  if (!isReduced) skipOptionalTools(r);
  r.skip(3);
  return { width, height, colour: readColourConfig(r, profile) };
}

function skipOperatingParameters(r: BitReader): void {
  let delayBits = 0;
  if (r.bit()) {
    r.skip(64);
    if (r.bit()) r.ue();
    if (r.bit()) {
      delayBits = r.bits(5) + 1;
      r.skip(42);
    }
  }
  const hasDisplayDelay = r.bit() === 1;
  for (let left = r.bits(5) + 1; left > 0; left--) {
    r.skip(12);
    if (r.bits(5) > 7) r.skip(1);
    if (delayBits > 0 && r.bit()) r.skip(2 * delayBits + 1);
    if (hasDisplayDelay && r.bit()) r.skip(4);
  }
}

function skipOptionalTools(r: BitReader): void {
  r.skip(4);
  const hasOrderHint = r.bit() === 1;
  if (hasOrderHint) r.skip(2);
  const choosesContent = r.bit() === 1;
  const contentTools = choosesContent ? 1 : r.bit();
  if (contentTools > 0 && r.bit() === 0) r.skip(1);
  if (hasOrderHint) r.skip(3);
}

function readColourConfig(r: BitReader, profile: number): ColourDeclaration {
  const isHighDepth = r.bit() === 1;
  if (profile === 2 && isHighDepth) r.skip(1);
  const isMonochrome = profile !== 1 && r.bit() === 1;
  let [primaries, transfer, matrix] = [2, 2, 2];
  if (r.bit()) [primaries, transfer, matrix] = [r.bits(8), r.bits(8), r.bits(8)];
  const isSrgb = !isMonochrome && primaries === 1 && transfer === 13 && matrix === 0;
  return { primaries, transfer, matrix, fullRange: isSrgb || r.bit() === 1 };
}
