/** Reads the AudioSpecificConfig (14496-3 §1.6.2.1). */

import { BitReader } from "../../bits.ts";

export interface AudioDeclaration {
  /** RFC 6381. */
  readonly codec: string;
  /** Including LFE; undefined if the configuration does not contain it. */
  readonly channels: number | undefined;
  readonly sampleRate: number | undefined;
  /** ChannelConfiguration (ISO/IEC 23091-3) where the configuration contains it. */
  readonly configuration?: number;
  /** Number of objects of Dolby Atmos. */
  readonly objects?: number;
}

/** In Hz, by samplingFrequencyIndex. */
const AAC_RATES = [
  ...[96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350],
];

/** By channelConfiguration (table 1.19). */
const AAC_CHANNELS: readonly (number | undefined)[] = [
  ...[undefined, 1, 2, 3, 4, 5, 6, 8, undefined, undefined, undefined, 7, 8, 24, 8],
];

const LC = 2;
const SBR = 5;
const PS = 29;

/** Types with a GASpecificConfig and no error resilience. */
const GENERAL_AUDIO = [1, 2, 3, 4, 6, 7];

/** In Hz: SBR that is not signalled has at most this core rate. */
const MAX_CORE_RATE = 24000;

interface Core {
  readonly objectType: number;
  readonly rate: number;
  readonly configuration: number;
  readonly channels: number | undefined;
  /** Undefined where samples alone decide. */
  readonly sbr: boolean | undefined;
  readonly ps: boolean | undefined;
  readonly extensionRate: number;
}

/** Returns what samples may decode to: without SBR, with it, with parametric stereo. @throws MediaError if it is truncated */
export function readAacDeclarations(config: Uint8Array): AudioDeclaration[] {
  const core = readCore(new BitReader(config));
  const isImplicit = core.objectType === LC && core.rate <= MAX_CORE_RATE;
  const sbr = core.sbr ?? (isImplicit ? undefined : false);
  const ps = sbr === false
    ? false
    : core.ps ?? (isImplicit && core.channels === 1 ? undefined : false);
  const combinations = [[false, false], [true, false], [true, true]] as const;
  return combinations.filter(([withSbr, withPs]) =>
    (sbr ?? withSbr) === withSbr && (ps ?? withPs) === withPs
  ).map(([withSbr, withPs]) => toDeclaration(core, withSbr, withPs));
}

function toDeclaration(core: Core, sbr: boolean, ps: boolean): AudioDeclaration {
  const { objectType, rate, configuration, extensionRate } = core;
  const isStereo = ps && core.channels === 1;
  return {
    codec: `mp4a.40.${ps ? PS : sbr ? SBR : objectType}`,
    channels: isStereo ? 2 : core.channels,
    sampleRate: sbr ? extensionRate : rate,
    ...configuration > 0 && { configuration: isStereo ? 2 : configuration },
  };
}

function readCore(r: BitReader): Core {
  const first = readObjectType(r);
  const rate = readRate(r);
  const configuration = r.bits(4);
  const isHierarchical = first === SBR || first === PS;
  const extensionRate = isHierarchical ? readRate(r) : 2 * rate;
  const objectType = isHierarchical ? readObjectType(r) : first;
  const base = { objectType, rate, configuration, extensionRate };
  if (!GENERAL_AUDIO.includes(objectType)) {
    const channels = AAC_CHANNELS[configuration];
    return { ...base, channels, sbr: isHierarchical, ps: first === PS };
  }
  const channels = readGeneralAudio(r, objectType, configuration);
  if (isHierarchical) return { ...base, channels, sbr: true, ps: first === PS || undefined };
  return { ...base, channels, ...readSyncExtension(r, extensionRate) };
}

function readObjectType(r: BitReader): number {
  const type = r.bits(5);
  return type === 31 ? 32 + r.bits(6) : type;
}

function readRate(r: BitReader): number {
  const index = r.bits(4);
  return index === 15 ? r.bits(24) : AAC_RATES[index] ?? 0;
}

/** Reads GASpecificConfig (§4.4.1) and returns the number of channels. */
function readGeneralAudio(
  r: BitReader,
  objectType: number,
  configuration: number,
): number | undefined {
  r.skip(1);
  if (r.bit()) r.skip(14);
  const hasExtension = r.bit();
  const channels = configuration > 0 ? AAC_CHANNELS[configuration] : readProgramElement(r);
  if (objectType === 6) r.skip(3);
  if (hasExtension) r.skip(1);
  return channels;
}

/** program_config_element() (§4.4.1.1): elements are pairs where a bit says so. */
function readProgramElement(r: BitReader): number {
  r.skip(10);
  const [front = 0, side = 0, back = 0, lfe = 0] = [4, 4, 4, 2].map((bits) => r.bits(bits));
  const [data, coupled] = [r.bits(3), r.bits(4)];
  for (const bits of [4, 4, 3]) if (r.bit()) r.skip(bits);
  let channels = lfe;
  for (let left = front + side + back; left > 0; left--) {
    channels += 1 + r.bit();
    r.skip(4);
  }
  r.skip(4 * lfe + 4 * data + 5 * coupled);
  r.skip((8 - r.position % 8) % 8);
  r.skip(8 * r.bits(8));
  return channels;
}

type Extension = Pick<Core, "sbr" | "ps" | "extensionRate">;

/** Backward compatible signalling (§1.6.5.2): sync words 0x2B7 and 0x548. */
function readSyncExtension(r: BitReader, extensionRate: number): Extension {
  const unknown = { sbr: undefined, ps: undefined, extensionRate };
  if (r.left < 17 || r.bits(11) !== 0x2B7 || r.bits(5) !== SBR) return unknown;
  if (!r.bit()) return { ...unknown, sbr: false };
  const rate = readRate(r);
  const ps = r.left >= 12 && r.bits(11) === 0x548 ? r.bit() === 1 : undefined;
  return { sbr: true, ps, extensionRate: rate };
}
