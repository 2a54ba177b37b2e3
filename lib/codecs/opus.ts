/** Opus (Encapsulation of Opus in ISO Base Media File Format). */

import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { toChannelLayout, toChannelLayoutByCount } from "./channels.ts";
import type { Codec } from "./codec.ts";
import { readConfigurationBox } from "./configuration_box.ts";

/** Decoders output 48 kHz (RFC 6716 §1). */
const SAMPLE_RATE = 48000;

/** RFC 7845 §5.1.1. */
const FIXED_FAMILIES = [0, 1];

export const opus: Codec = {
  family: "opus",
  entries: ["Opus"],
  /** Must be declared (Encapsulation of Opus in ISO Base Media File Format, 4.3.6.2). */
  preRoll: { seconds: 0.08 },
  protection: "samples",
  isAllSync: () => true,

  /** Safari accepts only the registered `Opus` (mp4ra.org) in MP4. */
  describe(entry) {
    const { channels, family } = readConfigurationBox(entry, "dOps", readDops);
    const fixed = FIXED_FAMILIES.includes(family);
    const channelLayout = fixed ? toChannelLayoutByCount(channels) : toChannelLayout(channels);
    return { type: "audio", codec: "Opus", sampleRate: SAMPLE_RATE, ...channelLayout };
  },
};

function readDops(body: Uint8Array): { channels: number; family: number } {
  const r = new ByteReader(body);
  const version = r.u8();
  if (version !== 0) throw new MediaError(`Cannot read version ${version}`);
  const channels = r.u8();
  if (channels === 0) throw new MediaError("Cannot read 0 channels");
  r.skip(8); // pre-skip, rate, gain
  return { channels, family: r.u8() };
}
