/** AAC and xHE-AAC (ISO/IEC 14496-3; in MP4: 14496-14 §5.6). */

import { MediaError } from "../errors.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { findSbr } from "./aac/frame.ts";
import { ADTS_HEADER_SIZE, createAdtsConverter, isSupportedByAdts } from "./aac/adts.ts";
import { type AudioSpecificConfig, readAudioSpecificConfig } from "./aac/audio_specific_config.ts";
import { toChannelLayout } from "./channels.ts";
import type { AudioDescription, Codec } from "./codec.ts";
import { getEntryPath, inEntryBox } from "./configuration_box.ts";
import { readEsds } from "./esds.ts";
import { hasParametricStereo } from "./aac/sbr.ts";

const MPEG4_AUDIO = 0x40;

const MPEG2_AAC = [0x66, 0x67, 0x68];

const WAVE_FORMAT_RAW_AAC1 = 0xFF;

const AOT_LC = 2;
const AOT_SBR = 5;
const AOT_PS = 29;

/** In Hz (14496-3 §1.6.6). */
const MAX_IMPLICIT_SBR_RATE = 24000;

export const aac: Codec = {
  family: "aac",
  entries: ["mp4a"],
  objectTypes: [MPEG4_AUDIO, ...MPEG2_AAC],

  /** Muxers often declare HE-AAC from ADTS or MPEG-TS as AAC LC of half the rate. */
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
    streamType: 0x0F,
    streamId: 0xC0,
    isSupported: (entry) => isSupportedByAdts(getAdtsConfig(entry)),
    packed: { extension: "aac", type: "audio/aac" },
    overhead(entry) {
      const element = getAdtsConfig(entry).programConfig?.length ?? 0;
      return { sample: ADTS_HEADER_SIZE + element, sync: 0 };
    },
    createConverter: (entry) => createAdtsConverter(getAdtsConfig(entry)),
  },

  /** RxPlayer ignores the fourCC AACH, so HE-AAC is declared as AACL. */
  smooth: {
    fourCC: "AACL",
    audioTag: WAVE_FORMAT_RAW_AAC1,
    codecPrivateData(entry) {
      const { config } = readConfig(entry);
      return config?.objectType === AOT_LC ? readEsds(entry).decoderSpecificInfo : undefined;
    },
  },
};

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
    const config = inEntryBox(entry, "esds", () => readAudioSpecificConfig(decoderSpecificInfo));
    return { objectType, config };
  }
  if (objectType !== MPEG4_AUDIO) return { objectType };
  const reason = "Cannot describe AAC without an AudioSpecificConfig";
  throw new MediaError(reason).in("esds").in(getEntryPath(entry));
}

function describeFromEntry(
  { channels, sampleRate }: SampleEntry,
  objectType: number,
): AudioDescription {
  if (!channels || !sampleRate) {
    throw new MediaError(
      "Cannot describe AAC: the sample entry declares no channels or no sample rate",
    );
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

/** Decoders conceal a damaged or truncated first frame. */
function ignoreMediaError<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MediaError) return undefined;
    throw error;
  }
}

/** Declares implicitly signalled extensions too: players select a decoder by the codec string (RFC 6381 §3.3). */
function formatCodec(objectType: number, config: AudioSpecificConfig): string {
  if (objectType !== MPEG4_AUDIO) return `mp4a.${objectType.toString(16)}`;
  if (config.ps) return `mp4a.40.${AOT_PS}`;
  return `mp4a.40.${config.sbr ? AOT_SBR : config.objectType}`;
}
