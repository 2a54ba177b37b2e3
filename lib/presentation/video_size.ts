/** How large a picture is on a screen. */

import type { VideoDescription } from "../codecs/codec.ts";
import { gcd } from "../time.ts";
import type { MediaRendition } from "./presentation.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

type Pictured = Pick<MediaRendition, "description" | "track">;

/** Dynamic range, by the transfer characteristics of ISO/IEC 23091-2: 16 is PQ, 18 is HLG. */
export function getDynamicRange({ colour }: VideoDescription): "SDR" | "PQ" | "HLG" {
  return colour?.transfer === 16 ? "PQ" : colour?.transfer === 18 ? "HLG" : "SDR";
}

/** In square pixels, before rotation; 0 × 0 for sound. The height stays, the width is stretched by the pixel's aspect. */
export function getDisplaySize({ description }: Pictured): Size {
  switch (description.type) {
    case "audio":
      return { width: 0, height: 0 };
    case "image":
      return { width: description.width, height: description.height };
    case "video": {
      const [wide, high] = description.pixelAspect;
      return { width: Math.round(description.width * wide / high), height: description.height };
    }
  }
}

/** Pixels as coded, and their aspect, both as they come out of the rotation. */
export function getRotatedCodedSize(
  { description, track }: Pictured,
): Size & { pixelAspect: string } {
  if (description.type === "audio") return { width: 0, height: 0, pixelAspect: "1:1" };
  const [wide, high] = description.type === "video" ? description.pixelAspect : [1, 1];
  const divisor = gcd(wide, high);
  const [x, y] = [wide / divisor, high / divisor];
  const upright = track.rotation % 180 === 0;
  return upright
    ? { width: description.width, height: description.height, pixelAspect: `${x}:${y}` }
    : { width: description.height, height: description.width, pixelAspect: `${y}:${x}` };
}
