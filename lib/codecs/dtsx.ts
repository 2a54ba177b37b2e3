/** DTS-UHD, DTS:X (ETSI TS 103 491; in MP4: annex B). */

import { BitReader } from "../bits.ts";
import type { AudioDescription, Codec } from "./codec.ts";
import { toChannelLayout } from "./channels.ts";
import { readConfigurationBox } from "./configuration_box.ts";
import { requireEntryChannels } from "./entry_audio.ts";

/** Value: ChannelMask in hexadecimal digits. */
const DASH_SCHEME = "tag:dts.com,2018:uhd:audio_channel_configuration";

/** In Hz, by BaseSamplingFrequencyCode. */
const BASE_RATES = [44100, 48000];

export const dtsx: Codec = {
  family: "dtsx",
  entries: ["dtsx"],
  protection: "samples",

  describe(entry) {
    const { mask, sampleRate } = readConfigurationBox(entry, "udts", readUdts);
    const layout = mask > 0 ? toLayout(mask) : toChannelLayout(requireEntryChannels(entry));
    return { type: "audio", codec: "dtsx", sampleRate, ...layout };
  },
};

/** DTSUHDSpecificBox (table B-2). */
function readUdts(body: Uint8Array): { mask: number; sampleRate: number } {
  const r = new BitReader(body);
  r.skip(6 + 2 + 3 + 5); // DecoderProfileCode; FrameDurationCode; MaxPayloadCode; NumPresentationsCode
  const mask = r.bits(32);
  return { mask, sampleRate: BASE_RATES[r.bit()]! * 2 ** r.bits(2) };
}

/** Each bit is one speaker. */
function toLayout(mask: number): Pick<AudioDescription, "channels" | "dashChannels"> {
  const value = mask.toString(16).toUpperCase().padStart(8, "0");
  const channels = mask.toString(2).replaceAll("0", "").length;
  return { channels, dashChannels: { schemeIdUri: DASH_SCHEME, value } };
}
