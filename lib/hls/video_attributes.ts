/** Attributes of video in the multivariant playlist (RFC 8216bis §4.4.6.2). */

import type { MediaRendition } from "../presentation/presentation.ts";
import { getDynamicRange, getRotatedDisplaySize } from "../presentation/video_size.ts";
import { quote } from "./m3u8.ts";
import type { Attributes } from "./m3u8.ts";

/** Returns none for audio. */
export function videoAttributes(rendition: MediaRendition): Attributes {
  const { description, frameRate, peakFrameRate } = rendition;
  if (description.type !== "video") return {};
  const { width, height } = getRotatedDisplaySize(rendition);
  const [n, d = 1] = (peakFrameRate ?? frameRate ?? "0").split("/").map(Number);
  const { supplementalCodec, supplementalBrand } = description;
  const supplemental = [supplementalCodec, supplementalBrand].filter((part) => part !== undefined)
    .join("/");
  return {
    "SUPPLEMENTAL-CODECS": supplementalCodec === undefined ? undefined : quote(supplemental),
    RESOLUTION: `${width}x${height}`,
    "FRAME-RATE": n ? (n / d).toFixed(3) : undefined,
    "VIDEO-RANGE": getDynamicRange(description),
  };
}
