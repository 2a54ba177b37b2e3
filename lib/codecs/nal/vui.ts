/** Start of the video usability information (14496-10 §E.1.1, 23008-2 §E.2.1). */

import type { BitReader } from "../../bits.ts";
import {
  type Colour,
  type PixelAspect,
  reduceAspect,
  UNSPECIFIED_COLOUR,
} from "../video_properties.ts";

export interface Vui {
  readonly pixelAspect: PixelAspect;
  readonly colour?: Colour;
}

/** By aspect_ratio_idc (14496-10 table E-1); 0 is unspecified. */
const PIXEL_ASPECTS: readonly PixelAspect[] = [
  [1, 1],
  [1, 1],
  [12, 11],
  [10, 11],
  [16, 11],
  [40, 33],
  [24, 11],
  [20, 11],
  [32, 11],
  [80, 33],
  [18, 11],
  [15, 11],
  [64, 33],
  [160, 99],
  [4, 3],
  [3, 2],
  [2, 1],
];

const EXTENDED_SAR = 255;

/** Stops at chroma_loc_info_present_flag. */
export function readVui(r: BitReader): Vui {
  const pixelAspect = r.bit() ? readPixelAspect(r) : PIXEL_ASPECTS[0]!;
  const hasOverscanInfo = r.bit();
  if (hasOverscanInfo) r.skip(1);
  return r.bit() ? { pixelAspect, colour: readSignalType(r) } : { pixelAspect };
}

function readPixelAspect(r: BitReader): PixelAspect {
  const idc = r.bits(8);
  if (idc === EXTENDED_SAR) return reduceAspect(r.bits(16), r.bits(16));
  return PIXEL_ASPECTS[idc] ?? PIXEL_ASPECTS[0]!; // reserved
}

const VIDEO_FORMAT_BITS = 3;

function readSignalType(r: BitReader): Colour {
  r.skip(VIDEO_FORMAT_BITS);
  const fullRange = r.bit() === 1;
  if (!r.bit()) return { ...UNSPECIFIED_COLOUR, fullRange };
  return { primaries: r.bits(8), transfer: r.bits(8), matrix: r.bits(8), fullRange };
}
