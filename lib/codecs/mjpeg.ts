/** JPEG images, one a sample: thumbnails (QuickTime's `jpeg`; in MP4 an mp4v of objectTypeIndication 0x6C). */

import type { Codec } from "./codec.ts";
import { checkVideoSize } from "./video_properties.ts";

/**
 * Each sample goes out alone, as an image of its own, so there is no entry that a codec string could name: `jpeg` is what
 * it is. QuickTime's `mjpa` and `mjpb` are left out: their samples hold two fields, and no browser shows them.
 */
export const mjpeg: Codec = {
  family: "jpeg",
  entries: ["jpeg", "mp4v"],
  objectTypes: [0x6C],

  describe(entry) {
    return { type: "image", codec: "jpeg", ...checkVideoSize(entry.width, entry.height) };
  },
};
