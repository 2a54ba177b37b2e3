/** AC-3, Dolby Digital (ETSI TS 102 366; annex F is its place in MP4). */

import { BitReader } from "../bits.ts";
import { MediaError } from "../errors.ts";
import { countChannels, toChannelLayout } from "./channels.ts";
import type { AudioDescription, Codec, Description } from "./codec.ts";
import { PASSTHROUGH, registrationDescriptor } from "./ts_descriptors.ts";
import { SUBTYPE_AC3, WAVE_FORMAT_EXTENSIBLE, waveFormatExtensible } from "./wave_format.ts";
import { readConfigurationBox } from "./configuration_box.ts";

/** In Hz, by fscod. */
export const AC3_SAMPLE_RATES = [48000, 44100, 32000];

/** ChannelConfiguration (ISO/IEC 23091-3) by acmod: 1+1, mono, stereo, 3/0, 2/1, 3/1, 2/2, 3/2. */
const CONFIGURATIONS = [8, 1, 2, 3, 9, 4, 10, 5];

/** By what is added to 3/2 and LFE: nothing, Lc/Rc, Lrs/Rrs, Cs, Lvh/Rvh. Others with an LFE have no number. */
const CONFIGURATIONS_5_1 = new Map([[0, 6], [0x0400, 7], [0x0200, 12], [0x0100, 11], [0x0010, 14]]);
const ACMOD_3_2 = 7;

/** Speakers by acmod, a bit each: L C R Ls Rs from the highest on, Cs 0x100 (ETSI TS 102 366 table E.1.4). */
const SPEAKERS = [0xA000, 0x4000, 0xA000, 0xE000, 0xA100, 0xE100, 0xB800, 0xF800];
const LFE = 0x0001;

/**
 * Registered with ETSI TS 102 366 annex I. `urn:dolby:dash:audio_channel_configuration:2011` is its older name, which
 * dash.js doesn't know.
 */
const DASH_SCHEME = "tag:dolby.com,2014:dash:audio_channel_configuration:2011";

export const ac3: Codec = {
  family: "ac3",
  entries: ["ac-3"],

  /** The sample entry's own channel count says 2 whatever the stream holds: `dac3` knows. */
  describe(entry) {
    return readConfigurationBox(entry, "dac3", (body) => {
      const r = new BitReader(body);
      const sampleRate = AC3_SAMPLE_RATES[r.bits(2)];
      if (!sampleRate) throw new MediaError("Cannot read sample rate code 3: it is reserved");
      r.skip(5 + 3); // bsid, bsmod
      return { type: "audio", codec: "ac-3", sampleRate, ...toDolbyLayout(r.bits(3), r.bit()) };
    });
  },

  mpegTs: {
    streamType: 0x81, // ATSC A/53 part 3 §6.7
    streamId: 0xBD,
    descriptors: () => registrationDescriptor("AC-3"),
    packed: { extension: "ac3", type: "audio/ac3" },
    ...PASSTHROUGH,
  },

  smooth: {
    fourCC: "AC-3",
    audioTag: WAVE_FORMAT_EXTENSIBLE,
    hasConstantPacketSize: true,
    codecPrivateData: (entry, description) =>
      dolbyPrivateData(entry.boxes.get("dac3"), SUBTYPE_AC3, description),
  },
};

/** Samples of a frame, a channel. */
const FRAME = 1536;

/** WAVEFORMATEXTENSIBLE of a codec of Dolby's, with its box behind it. */
export function dolbyPrivateData(
  configuration: Uint8Array | undefined,
  subFormat: readonly number[],
  description: Description,
): Uint8Array | undefined {
  if (!configuration || description.type !== "audio") return undefined;
  const { channelConfiguration } = description;
  return waveFormatExtensible({ samples: FRAME, channelConfiguration, subFormat, configuration });
}

type Layout = Pick<AudioDescription, "channels" | "channelConfiguration" | "dashChannels">;

/**
 * @param acmod audio coding mode, 0 to 7
 * @param lfe lfeon, 0 or 1
 * @param more speakers of dependent substreams, as bits of table E.1.4, with how many they are
 */
export function toDolbyLayout(
  acmod: number,
  lfe: number,
  more = { speakers: 0, count: 0 },
): Layout {
  const speakers = SPEAKERS[acmod]! | (lfe && LFE) | more.speakers;
  const channels = countChannels(CONFIGURATIONS[acmod]!) + lfe + more.count;
  const value = speakers.toString(16).toUpperCase().padStart(4, "0");
  return {
    ...toChannelLayout(channels, toChannelConfiguration(acmod, lfe, more.speakers)),
    dashChannels: { schemeIdUri: DASH_SCHEME, value },
  };
}

function toChannelConfiguration(acmod: number, lfe: number, more: number): number | undefined {
  if (lfe) return acmod === ACMOD_3_2 ? CONFIGURATIONS_5_1.get(more) : undefined;
  return more ? undefined : CONFIGURATIONS[acmod];
}
