/** JPEG images, one per sample: thumbnails. */

import type { Codec } from "./codec.ts";
import { checkEntrySize } from "./video_properties.ts";

/** QuickTime's `mjpa` and `mjpb` are not supported: their samples contain two fields, which no browser shows. */
export const mjpeg: Codec = {
  family: "jpeg",
  entries: ["jpeg", "mp4v"],
  objectTypes: [0x6C],

  describe(entry) {
    return { type: "image", codec: "jpeg", ...checkEntrySize(entry) };
  },
};
