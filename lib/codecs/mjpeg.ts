/** JPEG images, one per sample: thumbnails (`jpeg` in QuickTime, `mp4v` with objectTypeIndication 0x6C in MP4). */

import type { Codec } from "./codec.ts";
import { checkVideoSize } from "./video_properties.ts";

/**
 * Samples are served as single images, so no init segment exists and the codec string is just `jpeg`. QuickTime's `mjpa` and
 * `mjpb` are not supported: their samples contain two fields, and no browser shows them.
 */
export const mjpeg: Codec = {
  family: "jpeg",
  entries: ["jpeg", "mp4v"],
  objectTypes: [0x6C],

  describe(entry) {
    return { type: "image", codec: "jpeg", ...checkVideoSize(entry.width, entry.height) };
  },
};
