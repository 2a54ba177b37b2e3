/** Apple Lossless (Apple Lossless Audio Codec, "Magic Cookie Description"). In MP4 and QuickTime. */

import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { toChannelLayout } from "./channels.ts";
import type { Codec } from "./codec.ts";
import { readConfigurationBox } from "./configuration_box.ts";

/** ISO/IEC 23091-3 by channel count, in the order of kALACChannelLayoutTags: 4 is 3/1, 7 is 6.1, 8 has Lc and Rc. */
const CONFIGURATIONS = [0, 1, 2, 3, 4, 5, 6, 11, 7];

export const alac: Codec = {
  family: "alac",
  entries: ["alac"],
  isAllSync: () => true,
  protection: "samples",

  describe(entry) {
    const { channels, sampleRate } = readConfigurationBox(entry, "alac", readAlac);
    return {
      type: "audio",
      codec: "alac",
      sampleRate,
      ...toChannelLayout(channels, CONFIGURATIONS[channels]),
    };
  },
};

/** ALACSpecificConfig, after version and flags. */
function readAlac(body: Uint8Array): { channels: number; sampleRate: number } {
  const r = new ByteReader(body);
  const version = r.u32() >>> 24;
  if (version !== 0) throw new MediaError(`Cannot read version ${version}`);
  r.skip(4 + 1 + 1 + 3); // frameLength; compatibleVersion; bitDepth; pb, mb, kb
  const channels = r.u8();
  if (channels === 0) throw new MediaError("Cannot read 0 channels");
  r.skip(2 + 4 + 4); // maxRun; maxFrameBytes; avgBitRate
  const sampleRate = r.u32();
  if (sampleRate === 0) throw new MediaError("Cannot read sample rate 0");
  return { channels, sampleRate };
}
