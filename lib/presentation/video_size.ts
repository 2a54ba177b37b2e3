import type { VideoDescription } from "../codecs/codec.ts";
import { gcd } from "../time.ts";
import type { MediaRendition } from "./presentation.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

type SizedRendition = Pick<MediaRendition, "description" | "track">;

/** Returns the dynamic range by transfer characteristics (ISO/IEC 23091-2): 16 is PQ, 18 is HLG. */
export function getDynamicRange({ colour }: VideoDescription): "SDR" | "PQ" | "HLG" {
  return colour?.transfer === 16 ? "PQ" : colour?.transfer === 18 ? "HLG" : "SDR";
}

/** Returns the size in square pixels before rotation, with the coded height; 0 × 0 for audio. */
export function getDisplaySize({ description }: SizedRendition): Size {
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

/** Returns coded size and pixel aspect ratio after rotation; 0 × 0 for audio. */
export function getRotatedCodedSize(
  { description, track }: SizedRendition,
): Size & { pixelAspect: string } {
  if (description.type === "audio") return { width: 0, height: 0, pixelAspect: "1:1" };
  const [wide, high] = description.type === "video" ? description.pixelAspect : [1, 1];
  const divisor = gcd(wide, high);
  const [x, y] = [wide / divisor, high / divisor];
  const isUpright = track.rotation % 180 === 0;
  return isUpright
    ? { width: description.width, height: description.height, pixelAspect: `${x}:${y}` }
    : { width: description.height, height: description.width, pixelAspect: `${y}:${x}` };
}
