/** AAC (ISO/IEC 14496-3; 14496-14 §5.6 is its place in MP4), also as MPEG-2 calls it, and xHE-AAC. */

import { MediaError } from "../errors.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { findSbr } from "./aac/frame.ts";
import { ADTS_HEADER_SIZE, createAdtsConverter, isSupportedByAdts } from "./aac/adts.ts";
import { type AudioSpecificConfig, readAudioSpecificConfig } from "./aac/audio_specific_config.ts";
import { toChannelLayout } from "./channels.ts";
import type { AudioDescription, Codec } from "./codec.ts";
import { inContext } from "./configuration_box.ts";
import { readEsds } from "./esds.ts";
import { hasParametricStereo } from "./aac/sbr.ts";

const MPEG4_AUDIO = 0x40;

/** Main, LC and SSR of MPEG-2. */
const MPEG2_AAC = [0x66, 0x67, 0x68];

const AOT_LC = 2;
const AOT_SBR = 5; // HE-AAC, with LC
const AOT_PS = 29; // HE-AAC v2, with both

/** Up to this rate, in Hz, SBR may come unsignalled (14496-3 §1.6.6). */
const MAX_IMPLICIT_SBR_RATE = 24000;

export const aac: Codec = {
  family: "aac",
  entries: ["mp4a"],
  objectTypes: [MPEG4_AUDIO, ...MPEG2_AAC],

  /** HE-AAC out of ADTS and MPEG-TS is often told as AAC LC of half the rate: the first frame knows. */
  needsSample(entry) {
    const { config } = readConfig(entry);
    return config !== undefined && (mayHaveImplicitSbr(config) || mayHaveImplicitPs(config));
  },

  describe(entry, firstSample) {
    const { objectType, config } = readConfig(entry);
    if (!config) return describeFromEntry(entry, objectType);
    const full = firstSample ? addImplicitExtensions(config, firstSample) : config;
    const stereo = full.ps === true && full.channels === 1;
    const channels = stereo
      ? toChannelLayout(2, 2)
      : toChannelLayout(full.channels, full.channelConfiguration);
    return {
      type: "audio",
      codec: formatCodec(objectType, full),
      sampleRate: full.sampleRate,
      ...channels,
    };
  },

  mpegTs: {
    streamType: 0x0F, // ADTS
    streamId: 0xC0,
    isSupported: (entry) => isSupportedByAdts(getAdtsConfig(entry)),
    packed: { extension: "aac", type: "audio/aac" },
    overhead(entry) {
      const element = getAdtsConfig(entry).programConfig?.length ?? 0;
      return { sample: ADTS_HEADER_SIZE + element, sync: 0 };
    },
    createConverter: (entry) => createAdtsConverter(getAdtsConfig(entry)),
  },

  /** HE-AAC goes under the name of AAC LC with its own configuration: RxPlayer leaves out what is called AACH. */
  smooth: {
    fourCC: "AACL",
    audioTag: 0xFF, // WAVE_FORMAT_RAW_AAC1
    codecPrivateData(entry) {
      const { config } = readConfig(entry);
      return config?.objectType === AOT_LC ? readEsds(entry).decoderSpecificInfo : undefined;
    },
  },
};

/** What ADTS says of a stream: the configuration, or where MPEG-2 has none, AAC LC as the entry describes it. */
function getAdtsConfig(entry: SampleEntry): AudioSpecificConfig {
  const { config } = readConfig(entry);
  if (config) return config;
  const { channels, sampleRate } = entry;
  return {
    objectType: AOT_LC,
    coreRate: sampleRate,
    sampleRate,
    channels,
    channelConfiguration: channels,
  };
}

function readConfig(entry: SampleEntry): { objectType: number; config?: AudioSpecificConfig } {
  const { objectType, decoderSpecificInfo } = readEsds(entry);
  if (decoderSpecificInfo) {
    const config = inContext("esds", () => readAudioSpecificConfig(decoderSpecificInfo));
    return { objectType, config };
  }
  if (objectType !== MPEG4_AUDIO) return { objectType };
  throw new MediaError("Cannot describe AAC without an AudioSpecificConfig").in("esds");
}

/** MPEG-2's may leave all to the sample entry. */
function describeFromEntry(
  { channels, sampleRate }: SampleEntry,
  objectType: number,
): AudioDescription {
  if (!channels || !sampleRate) {
    throw new MediaError("Cannot describe AAC: nothing says its channels");
  }
  const codec = `mp4a.${objectType.toString(16)}`;
  return {
    type: "audio",
    codec,
    sampleRate,
    ...toChannelLayout(channels, channels <= 6 ? channels : undefined),
  };
}

function mayHaveImplicitSbr({ objectType, coreRate, sbr }: AudioSpecificConfig): boolean {
  return objectType === AOT_LC && sbr === undefined && coreRate <= MAX_IMPLICIT_SBR_RATE;
}

function mayHaveImplicitPs(
  { objectType, coreRate, sbr, ps, channels }: AudioSpecificConfig,
): boolean {
  const mayBe = sbr === true && ps === undefined && channels === 1;
  return mayBe && objectType === AOT_LC && coreRate <= MAX_IMPLICIT_SBR_RATE;
}

/** The configuration, with what the first frame holds beyond it. */
function addImplicitExtensions(
  config: AudioSpecificConfig,
  frame: Uint8Array,
): AudioSpecificConfig {
  if (!mayHaveImplicitSbr(config) && !mayHaveImplicitPs(config)) return config;
  const found = ignoreMediaError(() => findSbr(frame, config.coreRate));
  if (!found) return config;
  const full = config.sbr ? config : { ...config, sbr: true, sampleRate: 2 * config.coreRate };
  const ps = found.mono && mayHaveImplicitPs(full) &&
    ignoreMediaError(() => hasParametricStereo(found.r, 2 * config.coreRate));
  return ps ? { ...full, ps } : full;
}

/**
 * A first frame that can't be followed to its end (damaged, or longer than what was read of it) shows nothing: decoders
 * conceal such a frame, and so its track is not refused.
 */
function ignoreMediaError<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MediaError) return undefined;
    throw error;
  }
}

/**
 * `mp4a.40.2` (RFC 6381 §3.3). The object type is what a decoder needs for all that there is, however it is signalled:
 * players set themselves up by it before they see the configuration.
 */
function formatCodec(objectType: number, config: AudioSpecificConfig): string {
  if (objectType !== MPEG4_AUDIO) return `mp4a.${objectType.toString(16)}`;
  if (config.ps) return `mp4a.40.${AOT_PS}`;
  return `mp4a.40.${config.sbr ? AOT_SBR : config.objectType}`;
}
