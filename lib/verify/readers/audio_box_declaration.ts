/** Reads the configuration boxes of Apple Lossless, PCM, DTS, MPEG-H Audio, AC-4 and Immersive Audio. */

import { BitReader } from "../../bits.ts";
import { ByteReader } from "../../bytes.ts";
import type { AudioDeclaration } from "./aac_declaration.ts";
import { readAc4Declaration } from "./ac4_declaration.ts";
import { readIamfDeclaration } from "./iamf_declaration.ts";
import type { EntryDeclaration } from "./sample_description.ts";

type BoxReader = (body: Uint8Array, entry: EntryDeclaration) => AudioDeclaration;

/** Box and its reader, by type of the sample entry. */
const READERS: Readonly<Record<string, readonly [box: string, read: BoxReader]>> = {
  alac: ["alac", readAlac],
  ipcm: ["pcmC", readPcm],
  fpcm: ["pcmC", readPcm],
  ...Object.fromEntries(
    ["dtsc", "dtsh", "dtsl", "dtse"].map((type) => [type, ["ddts", readDts] as const]),
  ),
  dtsx: ["udts", readDtsUhd],
  mhm1: ["mhaC", readMpegh],
  mha1: ["mhaC", readMpegh],
  "ac-4": ["dac4", readAc4Declaration],
  iamf: ["iacb", readIamfDeclaration],
};

/** Returns undefined for other codecs, and without the box. @throws MediaError if it is truncated */
export function readAudioBoxDeclaration(entry: EntryDeclaration): AudioDeclaration | undefined {
  const [type, read] = READERS[entry.type] ?? [];
  const body = type === undefined ? undefined : entry.boxes.get(type);
  return body && read?.(body, entry);
}

/** ALACSpecificConfig after version and flags: channels at 13, rate at 24. */
function readAlac(body: Uint8Array): AudioDeclaration {
  const r = new ByteReader(body);
  r.skip(13);
  const channels = r.u8();
  r.skip(10);
  return { codec: "alac", channels, sampleRate: r.u32() };
}

/** Only the sample entry declares channels and rate. */
function readPcm(_body: Uint8Array, entry: EntryDeclaration): AudioDeclaration {
  const { type, channels, sampleRate } = entry;
  return { codec: type, channels, sampleRate };
}

/** Bits of ChannelLayout that are pairs (ETSI TS 102 114). */
const DTS_PAIRS = 0xAE66;

function readDts(body: Uint8Array, entry: EntryDeclaration): AudioDeclaration {
  const r = new ByteReader(body);
  const sampleRate = r.u32();
  r.skip(13);
  const layout = r.u16();
  const channels = countBits(layout) + countBits(layout & DTS_PAIRS) || entry.channels;
  return { codec: entry.type, channels, sampleRate };
}

/** ChannelMask follows 16 bits (ETSI TS 103 491 table B-2). */
function readDtsUhd(body: Uint8Array, { channels }: EntryDeclaration): AudioDeclaration {
  const r = new ByteReader(body);
  r.skip(2);
  const [mask, rate] = [r.u32(), r.u8()];
  const base = rate & 128 ? 48000 : 44100;
  const sampleRate = base << (rate >> 5 & 3);
  return { codec: "dtsx", channels: countBits(mask) || channels, sampleRate };
}

/** Channels by referenceChannelLayout (ISO/IEC 23091-3 table 1). */
const LAYOUT_CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8, 2, 3, 4, 7, 8, 24, 8, 12, 10, 12, 14, 12, 14];

/** By usacSamplingFrequencyIndex. */
const RATES: Readonly<Record<number, number>> = {
  ...{ 0: 96000, 1: 88200, 2: 64000, 3: 48000, 4: 44100, 5: 32000, 6: 24000, 7: 22050 },
  ...{ 8: 16000, 9: 12000, 10: 11025, 11: 8000, 12: 7350, 15: 57600, 16: 51200, 17: 40000 },
  ...{ 18: 38400, 19: 34150, 20: 28800, 21: 25600, 22: 20000, 23: 19200, 24: 17075, 25: 14400 },
  ...{ 26: 12800, 27: 9600 },
};

/** MHADecoderConfigurationRecord: level, layout, and mpegh3daConfig, whose second byte starts with the rate. */
function readMpegh(body: Uint8Array, entry: EntryDeclaration): AudioDeclaration {
  const r = new ByteReader(body);
  r.skip(1);
  const [level, layout] = [r.u8(), r.u8()];
  const config = new BitReader(r.take(r.u16()).bytes);
  const channels = LAYOUT_CHANNELS[layout] || entry.channels;
  return {
    codec: `${entry.type}.0x${level.toString(16).padStart(2, "0").toUpperCase()}`,
    channels,
    sampleRate: config.left > 0 ? readMpeghRate(config) : entry.sampleRate,
    ...LAYOUT_CHANNELS[layout] && { configuration: layout },
  };
}

function readMpeghRate(config: BitReader): number | undefined {
  config.skip(8);
  const index = config.bits(5);
  return index === 31 ? config.bits(24) : RATES[index];
}

function countBits(mask: number): number {
  let count = 0;
  for (let bit = 0; bit < 32; bit++) count += mask >>> bit & 1;
  return count;
}
