import type { ImageDescription, VideoDescription } from "../codecs/codec.ts";
import { getOrientation } from "../mp4/matrix.ts";
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

/** Returns the size in square pixels before rotation, with the coded height; 0 × 0 for audio. The width may be a fraction. */
export function getDisplaySize({ description }: Pick<SizedRendition, "description">): Size {
  if (description.type === "audio") return { width: 0, height: 0 };
  const { width, height } = description;
  const [wide, high] = getPixelAspect(description);
  return { width: width * wide / high, height };
}

/** Returns the size in square pixels after rotation, rounded; 0 × 0 for audio. */
export function getRotatedDisplaySize(rendition: SizedRendition): Size {
  const { width, height } = getDisplaySize(rendition);
  return turn(rendition, width && Math.max(1, Math.round(width)), height);
}

/** Returns coded size and pixel aspect ratio after rotation; 0 × 0 for audio. */
export function getRotatedCodedSize(
  rendition: SizedRendition,
): Size & { pixelAspect: string } {
  const { description } = rendition;
  if (description.type === "audio") return { width: 0, height: 0, pixelAspect: "1:1" };
  const [wide, high] = getPixelAspect(description);
  const divisor = gcd(wide, high);
  const aspect = turn(rendition, wide / divisor, high / divisor);
  return {
    ...turn(rendition, description.width, description.height),
    pixelAspect: `${aspect.width}:${aspect.height}`,
  };
}

function getPixelAspect(
  description: VideoDescription | ImageDescription,
): readonly [number, number] {
  return description.type === "video" ? description.pixelAspect : [1, 1];
}

/** Exchanges width and height if a rotation does; images are served without that of their track. */
function turn({ track, description }: SizedRendition, width: number, height: number): Size {
  const isUpright = description.type === "image" ||
    getOrientation(track.matrix).rotation % 180 === 0;
  return isUpright ? { width, height } : { width: height, height: width };
}
