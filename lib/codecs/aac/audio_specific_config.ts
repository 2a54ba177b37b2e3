/** AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1). In esds. */

import { BitReader } from "../../bits.ts";
import { MediaError } from "../../errors.ts";
import { countChannels } from "../channels.ts";

export interface AudioSpecificConfig {
  /** Core, without extensions. */
  readonly objectType: number;
  readonly coreRate: number;
  /** Table 1.19, numbered as in ISO/IEC 23091-3; 0 for other layouts. */
  readonly channelConfiguration: number;
  readonly channels: number;
  /** Undefined if samples may contain SBR that is not signalled. */
  readonly sbr?: boolean;
  /** Parametric stereo. */
  readonly ps?: boolean;
  /** ID and program_config_element() as in a raw_data_block (§4.4.2.1), if channelConfiguration is 0. */
  readonly programConfig?: Uint8Array;
  /** 960 samples. */
  readonly hasShortFrames?: boolean;
  readonly sampleRate: number;
}

/** In Hz, by samplingFrequencyIndex (table 1.18). */
export const AAC_SAMPLE_RATES = [
  ...[96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350],
];

const AOT_SBR = 5;
const AOT_SCALABLE = 6;
const AOT_ER_BSAC = 22;

/** These and later types have no backward compatible extension. */
const FIRST_RESILIENT = 17;

const AOT_PS = 29;
const AOT_ESCAPE = 31;
const AOT_USAC = 42;

const GENERAL_AUDIO = [1, 2, 3, 4, 6, 7, 17, 19, 20, 21, 22, 23];

const EXTENSION_CHANNEL_CONFIGURATION_BITS = 4;

const SYNC_SBR = 0x2B7;
const SYNC_PS = 0x548;

/** @throws MediaError if the configuration is truncated or contains reserved values */
export function readAudioSpecificConfig(bytes: Uint8Array): AudioSpecificConfig {
  const r = new BitReader(bytes);
  const { config, first } = readCoreConfig(r);
  const { objectType } = config;
  if (isHierarchical(first)) return config;
  const extensible = objectType < FIRST_RESILIENT && GENERAL_AUDIO.includes(objectType);
  return extensible ? { ...config, ...readSyncExtension(r) } : config;
}

/**
 * Returns the size, in bits, without a sync extension.
 *
 * @throws MediaError as `readAudioSpecificConfig()`
 */
export function measureCoreConfig(bytes: Uint8Array): number {
  const r = new BitReader(bytes);
  readCoreConfig(r);
  return r.position;
}

/** Reads everything before a sync extension. */
function readCoreConfig(r: BitReader): { config: AudioSpecificConfig; first: number } {
  const first = readObjectType(r);
  const coreRate = readSampleRate(r);
  const channelConfiguration = readChannelConfiguration(r);
  const explicit = isHierarchical(first);
  const extension = explicit && { sbr: true, sampleRate: readSampleRate(r) };
  const objectType = explicit ? readObjectType(r) : first;
  if (explicit && objectType === AOT_ER_BSAC) r.skip(EXTENSION_CHANNEL_CONFIGURATION_BITS);
  const core = { objectType, coreRate, channelConfiguration };
  const specific = readSpecific(r, core);
  const base = {
    sampleRate: coreRate,
    channels: countChannels(channelConfiguration),
    ...core,
    ...specific,
  };
  if (base.channels === 0) {
    throw new MediaError(`Cannot find the channel count of audio object type ${objectType}`);
  }
  const config = extension
    ? { ...base, ...extension, ...(first === AOT_PS && { ps: true }) }
    : base;
  return { config, first };
}

/** Returns whether the extension precedes the core. */
function isHierarchical(firstObjectType: number): boolean {
  return firstObjectType === AOT_SBR || firstObjectType === AOT_PS;
}

function readObjectType(r: BitReader): number {
  const type = r.bits(5);
  const objectType = type === AOT_ESCAPE ? 32 + r.bits(6) : type;
  if (objectType === 0) throw new MediaError("Cannot read audio object type 0");
  return objectType;
}

function readSampleRate(r: BitReader): number {
  const index = r.bits(4);
  const rate = index === 15 ? r.bits(24) : AAC_SAMPLE_RATES[index];
  if (!rate) throw new MediaError(`Cannot read sample rate index ${index}: it is reserved`);
  return rate;
}

function readChannelConfiguration(r: BitReader): number {
  const configuration = r.bits(4);
  if ((configuration >= 8 && configuration <= 10) || configuration === 15) {
    throw new MediaError(`Cannot read channel configuration ${configuration}: it is reserved`);
  }
  return configuration;
}

const CORE_CODER_DELAY_BITS = 14;
const LAYER_NUMBER_BITS = 3;

type Core = Pick<AudioSpecificConfig, "objectType" | "channelConfiguration">;

function readSpecific(
  r: BitReader,
  core: Core,
): Partial<AudioSpecificConfig> {
  if (core.objectType === AOT_USAC) return core.channelConfiguration ? {} : readUsacChannels(r);
  if (!GENERAL_AUDIO.includes(core.objectType)) return {};
  const hasShortFrames = r.bit() === 1;
  const dependsOnCoreCoder = r.bit();
  if (dependsOnCoreCoder) r.skip(CORE_CODER_DELAY_BITS);
  const extensionFlag = r.bit();
  const start = r.position;
  const channels = core.channelConfiguration ? undefined : readProgramConfig(r);
  const end = r.position;
  if (core.objectType === AOT_SCALABLE) r.skip(LAYER_NUMBER_BITS);
  if (extensionFlag) r.skip(1);
  const program = channels === undefined
    ? {}
    : { channels, programConfig: toRawDataBlock(r.bytes, start, end) };
  return hasShortFrames ? { ...program, hasShortFrames } : program;
}

const ID_PCE = 0b101;

/** Moves a program_config_element, whose comment stays byte-aligned, to the start of a raw_data_block. */
function toRawDataBlock(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const r = new BitReader(bytes);
  r.skip(start);
  readProgramConfigFields(r);
  const bits = r.position - start;
  const comment = bytes.subarray(Math.ceil(r.position / 8), end / 8);
  const w = new Uint8Array(Math.ceil((3 + bits) / 8) + comment.length);
  w[0] = ID_PCE << 5;
  r.position = start;
  for (let at = 3; at < 3 + bits; at++) w[at >> 3]! |= r.bit() << (7 - (at & 7));
  w.set(comment, w.length - comment.length);
  return w;
}

/** Reads program_config_element() (§4.4.1.1) and returns its channel count. */
export function readProgramConfig(r: BitReader): number {
  const channels = readProgramConfigFields(r);
  r.skip(-r.position & 7);
  const commentSize = r.bits(8);
  r.skip(8 * commentSize);
  return channels;
}

const TAG_BITS = 4;
const PROFILE_BITS = 2;
const RATE_INDEX_BITS = 4;

function readProgramConfigFields(r: BitReader): number {
  r.skip(TAG_BITS + PROFILE_BITS + RATE_INDEX_BITS);
  const [front, side, back, lfe, associated, coupling] = [4, 4, 4, 2, 3, 4].map((n) => r.bits(n));
  for (const mixdownBits of [4, 4, 3]) if (r.bit()) r.skip(mixdownBits);
  let channels = lfe!;
  for (let left = front! + side! + back!; left > 0; left--) {
    channels += 1 + r.bit();
    r.skip(4);
  }
  r.skip(4 * lfe! + 4 * associated! + 5 * coupling!);
  return channels;
}

const CORE_SBR_FRAME_LENGTH_INDEX_BITS = 3;

/** UsacConfig() (ISO/IEC 23003-3 §5.2). */
function readUsacChannels(r: BitReader): Partial<Core> & { channels: number } {
  const samplingFrequencyIndex = r.bits(5);
  if (samplingFrequencyIndex === 31) r.skip(24);
  r.skip(CORE_SBR_FRAME_LENGTH_INDEX_BITS);
  const channelConfiguration = r.bits(5);
  const channels = channelConfiguration ? countChannels(channelConfiguration) : readEscapedValue(r);
  return { channelConfiguration, channels };
}

/** escapedValue(5, 8, 16) (23003-3 §5.2). */
function readEscapedValue(r: BitReader): number {
  const small = r.bits(5);
  if (small < 31) return small;
  const middle = r.bits(8);
  return small + middle + (middle < 255 ? 0 : r.bits(16));
}

/** Backward compatible signalling (§1.6.2.1). */
function readSyncExtension(r: BitReader): Partial<AudioSpecificConfig> {
  if (r.left < 16 || r.bits(11) !== SYNC_SBR || readObjectType(r) !== AOT_SBR) return {};
  if (!r.bit()) return { sbr: false };
  const sampleRate = readSampleRate(r);
  const ps = r.left >= 12 && r.bits(11) === SYNC_PS ? r.bit() === 1 : undefined;
  return { sbr: true, sampleRate, ...(ps !== undefined && { ps }) };
}
