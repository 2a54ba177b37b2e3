/** AAC and xHE-AAC (ISO/IEC 14496-3; in MP4: 14496-14 §5.6). */

import { MediaError } from "../errors.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { findSbr } from "./aac/frame.ts";
import { ADTS_HEADER_SIZE, createAdtsConverter, isSupportedByAdts } from "./aac/adts.ts";
import { type AudioSpecificConfig, readAudioSpecificConfig } from "./aac/audio_specific_config.ts";
import {
  buildAudioSpecificConfig,
  omitAbsentSbr,
  signalExtensions,
} from "./aac/explicit_signalling.ts";
import { toChannelLayout } from "./channels.ts";
import type { AudioDescription, Codec } from "./codec.ts";
import { getEntryPath, inEntryBox } from "./configuration_box.ts";
import { buildEsds, readEsds } from "./esds.ts";
import { hasParametricStereo } from "./aac/sbr.ts";

const MPEG4_AUDIO = 0x40;

/** Main, LC and SSR: the object types of MPEG-4 audio that follow `MPEG2_AAC_BASE`. */
const MPEG2_AAC = [0x66, 0x67, 0x68];
const MPEG2_AAC_BASE = 0x65;

const AAC_OBJECT_TYPES = [MPEG4_AUDIO, ...MPEG2_AAC];

const WAVE_FORMAT_RAW_AAC1 = 0xFF;

const AOT_LC = 2;
const AOT_SBR = 5;
const AOT_PS = 29;
const AOT_USAC = 42;

/** In Hz (14496-3 §1.6.6). */
const MAX_IMPLICIT_SBR_RATE = 24000;

export const aac: Codec = {
  family: "aac",
  entries: ["mp4a"],
  objectTypes: AAC_OBJECT_TYPES,
  preRoll: {},
  protection: "samples",

  needsSample,

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
      codec: formatCodec(full),
      sampleRate: full.sampleRate,
      ...channels,
    };
  },

  /**
   * Players support MPEG-2 AAC only as MPEG-4 AAC, of which it is a subset. SBR and PS are signalled explicitly (Apple's HLS
   * authoring specification, 2.24; ETSI TS 103 285 §6.3).
   */
  initConfiguration(entry, description) {
    const { objectType, streamInfo, decoderSpecificInfo: own } = readEsds(entry);
    if (!AAC_OBJECT_TYPES.includes(objectType)) return undefined; // another codec in the same track
    const decoderSpecificInfo = signalFound(entry, own, description as AudioDescription);
    if (objectType === MPEG4_AUDIO && decoderSpecificInfo === own) return undefined;
    const body = buildEsds({ objectType: MPEG4_AUDIO, streamInfo, decoderSpecificInfo });
    return { type: "esds", body };
  },

  /** USAC has samples that are not. */
  isAllSync: (entry) => readConfig(entry).config?.objectType !== AOT_USAC,

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

  /**
   * RxPlayer ignores the fourCC AACH, so HE-AAC is declared as AACL; it plays nothing in Firefox if the configuration signals
   * the absence of SBR.
   */
  smooth: {
    fourCC: "AACL",
    audioTag: WAVE_FORMAT_RAW_AAC1,
    codecPrivateData(entry) {
      const isLc = getAdtsConfig(entry).objectType === AOT_LC;
      return isLc ? omitAbsentSbr(getConfigBytes(entry)) : undefined;
    },
  },
};

function getAdtsConfig(entry: SampleEntry): AudioSpecificConfig {
  const { objectType, config } = readConfig(entry);
  if (config) return config;
  const { channels, sampleRate } = entry;
  return {
    objectType: objectType - MPEG2_AAC_BASE,
    coreRate: sampleRate,
    sampleRate,
    channels,
    channelConfiguration: channels,
  };
}

/** Returns the AudioSpecificConfig, which MPEG-2 AAC may lack. */
function getConfigBytes(entry: SampleEntry): Uint8Array {
  return readEsds(entry).decoderSpecificInfo ?? buildAudioSpecificConfig(getAdtsConfig(entry));
}

/** Returns `own` itself if it signals what the description found. */
function signalFound(
  entry: SampleEntry,
  own: Uint8Array | undefined,
  { codec, sampleRate }: AudioDescription,
): Uint8Array {
  const config = own ?? getConfigBytes(entry);
  if (!needsSample(entry)) return config;
  const ps = codec === formatObjectType(AOT_PS);
  const sbr = ps || codec === formatObjectType(AOT_SBR);
  return signalExtensions(config, { sbr, ...ps && { ps }, sampleRate });
}

/** Muxers often declare HE-AAC from ADTS or MPEG-TS as AAC LC of half the rate. */
function needsSample(entry: SampleEntry): boolean {
  const { config } = readConfig(entry);
  return config !== undefined && (mayHaveImplicitSbr(config) || mayHaveImplicitPs(config));
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
  return {
    type: "audio",
    codec: formatObjectType(objectType - MPEG2_AAC_BASE),
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
function formatCodec({ objectType, sbr, ps }: AudioSpecificConfig): string {
  return formatObjectType(ps ? AOT_PS : sbr ? AOT_SBR : objectType);
}

function formatObjectType(objectType: number): string {
  return `mp4a.40.${objectType}`;
}
