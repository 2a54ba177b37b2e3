/** Start of the video usability information (14496-10 §E.1.1, 23008-2 §E.2.1). */

import type { BitReader } from "../../bits.ts";

/** Code points of ISO/IEC 23091-2, of which 2 is unspecified. */
export interface ColourDeclaration {
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
  readonly fullRange: boolean;
}

export interface UsabilityInformation {
  /** Width over height of a sample; 1 if unspecified. */
  readonly aspect: number;
  readonly colour: ColourDeclaration;
}

export const UNKNOWN_COLOUR: ColourDeclaration = {
  ...{ primaries: 2, transfer: 2, matrix: 2, fullRange: false },
};

export const NO_USABILITY: UsabilityInformation = { aspect: 1, colour: UNKNOWN_COLOUR };

/** By aspect_ratio_idc from 0 on (14496-10 table E-1). */
const ASPECTS =
  "1:1 1:1 12:11 10:11 16:11 40:33 24:11 20:11 32:11 80:33 18:11 15:11 64:33 160:99 4:3 3:2 2:1"
    .split(" ").map((ratio) => Number(ratio.split(":")[0]) / Number(ratio.split(":")[1]));

const EXTENDED_ASPECT = 255;

export function readUsability(r: BitReader): UsabilityInformation {
  const aspect = r.bit() ? readAspect(r) : 1;
  if (r.bit()) r.skip(1); // overscan
  if (!r.bit()) return { aspect, colour: UNKNOWN_COLOUR };
  r.skip(3); // video_format
  const fullRange = r.bit() === 1;
  if (!r.bit()) return { aspect, colour: { ...UNKNOWN_COLOUR, fullRange } };
  const [primaries, transfer, matrix] = [r.bits(8), r.bits(8), r.bits(8)];
  return { aspect, colour: { primaries, transfer, matrix, fullRange } };
}

function readAspect(r: BitReader): number {
  const code = r.bits(8);
  if (code !== EXTENDED_ASPECT) return ASPECTS[code] ?? 1;
  const [width, height] = [r.bits(16), r.bits(16)];
  return width > 0 && height > 0 ? width / height : 1;
}
