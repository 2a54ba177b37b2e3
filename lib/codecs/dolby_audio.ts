/** Shared parts of AC-3 and E-AC-3 (ETSI TS 102 366). */

import type { SampleEntry } from "../mp4/sample_entry.ts";
import { type ChannelLayout, countChannels, toChannelLayout } from "./channels.ts";
import type { Codec, Description } from "./codec.ts";
import { PASSTHROUGH } from "./passthrough.ts";
import { WAVE_FORMAT_EXTENSIBLE, waveFormatExtensible } from "./wave_format.ts";

/** In Hz, by fscod. */
export const AC3_SAMPLE_RATES = [48000, 44100, 32000];

const FRAME_SAMPLES = 1536;

export interface DolbyAudio extends Pick<Codec, "family" | "describe"> {
  readonly entry: string;
  readonly box: string;
  readonly streamType: number;
  readonly packed: { readonly extension: string; readonly type: string };
  readonly fourCC: string;
  readonly subFormat: readonly number[];
}

export function dolbyAudio(codec: DolbyAudio): Codec {
  const { family, describe, entry, box, streamType, packed } = codec;
  return {
    family,
    entries: [entry],
    describe,
    isAllSync: () => true,
    protection: "samples",
    mpegTs: {
      streamType,
      streamId: 0xBD,
      packed,
      ...PASSTHROUGH,
    },
    smooth: {
      fourCC: codec.fourCC,
      audioTag: WAVE_FORMAT_EXTENSIBLE,
      hasConstantPacketSize: true,
      codecPrivateData: (entry, description) =>
        buildCodecPrivateData(entry, box, { subFormat: codec.subFormat, description }),
    },
  };
}

function buildCodecPrivateData(
  { boxes }: SampleEntry,
  box: string,
  { subFormat, description }: { subFormat: readonly number[]; description: Description },
): Uint8Array | undefined {
  const configuration = boxes.get(box);
  if (!configuration || description.type !== "audio") return undefined;
  const { channelConfiguration } = description;
  return waveFormatExtensible({
    samples: FRAME_SAMPLES,
    channelConfiguration,
    subFormat,
    configuration,
  });
}

/** ISO/IEC 23091-3 by acmod: 1+1, mono, stereo, 3/0, 2/1, 3/1, 2/2, 3/2. */
const CONFIGURATIONS = [8, 1, 2, 3, 9, 4, 10, 5];

/** Layouts of 3/2 with LFE, by additional speakers: none, Lc/Rc, Lrs/Rrs, Cs, Lvh/Rvh. */
const CONFIGURATIONS_5_1 = new Map([[0, 6], [0x0400, 7], [0x0200, 12], [0x0100, 11], [0x0010, 14]]);
const ACMOD_3_2 = 7;

/** By acmod (table E.1.4): L C R Ls Rs from the highest bit, Cs 0x100. */
const SPEAKERS = [0xA000, 0x4000, 0xA000, 0xE000, 0xA100, 0xE100, 0xB800, 0xF800];
const LFE = 0x0001;

/** Annex I. dash.js does not know the older `urn:dolby:dash:audio_channel_configuration:2011`. */
const DASH_SCHEME = "tag:dolby.com,2014:dash:audio_channel_configuration:2011";

/** Adds the speakers of dependent substreams (table E.1.4) to those of `acmod` and `lfe`. */
export function toDolbyLayout(
  acmod: number,
  lfe: number,
  additional = { speakers: 0, count: 0 },
): ChannelLayout {
  const speakers = SPEAKERS[acmod]! | (lfe && LFE) | additional.speakers;
  const channels = countChannels(CONFIGURATIONS[acmod]!) + lfe + additional.count;
  const value = speakers.toString(16).toUpperCase().padStart(4, "0");
  return {
    ...toChannelLayout(channels, toChannelConfiguration(acmod, lfe, additional.speakers)),
    dashChannels: { schemeIdUri: DASH_SCHEME, value },
  };
}

function toChannelConfiguration(
  acmod: number,
  lfe: number,
  additionalSpeakers: number,
): number | undefined {
  if (lfe) return acmod === ACMOD_3_2 ? CONFIGURATIONS_5_1.get(additionalSpeakers) : undefined;
  return additionalSpeakers ? undefined : CONFIGURATIONS[acmod];
}
