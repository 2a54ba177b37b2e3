/** Reads the size of a JPEG image (ITU-T T.81 §B.2.2). */

import { viewBytes } from "./boxes.ts";

const START_OF_FRAME_FIRST = 0xC0;
const START_OF_FRAME_LAST = 0xCF;

/** Markers in that range that are no frame headers: DHT, JPG, DAC. */
const OTHER_MARKERS = [0xC4, 0xC8, 0xCC];

/** Returns undefined if there is no frame header. */
export function readJpegSize(
  image: Uint8Array,
): { readonly width: number; readonly height: number } | undefined {
  const view = viewBytes(image);
  for (let at = 2; at + 9 <= image.length && image[at] === 0xFF;) {
    const marker = image[at + 1]!;
    const isFrame = marker >= START_OF_FRAME_FIRST && marker <= START_OF_FRAME_LAST &&
      !OTHER_MARKERS.includes(marker);
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
