/** MPEG-H 3D Audio, in raw frames (`mha1`) or as MHAS (`mhm1`) (ISO/IEC 23008-3; in MP4: clause 20). */

import { BitReader } from "../bits.ts";
import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { countChannels, toChannelLayout } from "./channels.ts";
import type { Codec, Description } from "./codec.ts";
import { inFirstSample, readConfigurationBox } from "./configuration_box.ts";
import { requireEntryChannels, requireEntryRate } from "./entry_audio.ts";
import { findMpeghConfig } from "./mhas.ts";

/** In Hz, by usacSamplingFrequencyIndex (ISO/IEC 23003-3 table 67); 0 is reserved. */
const SAMPLE_RATES = [
  ...[96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350],
  ...[0, 0, 57600, 51200, 40000, 38400, 34150, 28800, 25600, 20000, 19200, 17075, 14400, 12800],
  9600,
];
const EXPLICIT_RATE = 31;

export const mpegh: readonly Codec[] = ["mhm1", "mha1"].map((type) => ({
  family: type,
  entries: [type],
  preRoll: {},
  protection: "samples",
  needsSample: (entry) => isInSamples(entry),
  describe: describeMpegh,
}));

/** MHAS contains its configuration, so that mhaC is optional. */
function isInSamples({ type, boxes }: SampleEntry): boolean {
  return type === "mhm1" && !boxes.has("mhaC");
}

function describeMpegh(entry: SampleEntry, firstSample?: Uint8Array): Description {
  const { level, layout, sampleRate } = firstSample && isInSamples(entry)
    ? inFirstSample(() => readConfig(findMpeghConfig(firstSample)))
    : readConfigurationBox(entry, "mhaC", readMhac);
  return {
    type: "audio",
    codec: `${entry.type}.0x${level.toString(16).toUpperCase().padStart(2, "0")}`,
    sampleRate: sampleRate ?? requireEntryRate(entry),
    ...toLayout(entry, layout),
  };
}

interface Mhac {
  /** mpegh3daProfileLevelIndication. */
  readonly level: number;
  /** referenceChannelLayout: ChannelConfiguration (ISO/IEC 23091-3). */
  readonly layout: number;
  /** Undefined without an mpegh3daConfig. */
  readonly sampleRate: number | undefined;
}

/** MHADecoderConfigurationRecord. */
function readMhac(body: Uint8Array): Mhac {
  const r = new ByteReader(body);
  const version = r.u8();
  if (version !== 1) throw new MediaError(`Cannot read version ${version}`);
  const [level, layout] = [r.u8(), r.u8()];
  const { bytes } = r.take(r.u16());
  return { level, layout, sampleRate: bytes.length > 0 ? readSampleRate(bytes) : undefined };
}

/** Start of mpegh3daConfig() (§5.2.2.1), which says where speakers are. */
function readConfig(config: Uint8Array): Mhac {
  const r = new BitReader(config);
  const level = r.bits(8);
  const sampleRate = readRate(r);
  r.skip(3 + 1 + 1); // coreSbrFrameLengthIndex; cfg_reserved; receiverDelayCompensation
  const layout = r.bits(2) === LAYOUT_OF_CICP ? r.bits(6) : 0; // others list their speakers
  return { level, layout, sampleRate };
}

/** speakerLayoutType (§5.2.2.2). */
const LAYOUT_OF_CICP = 0;

function readSampleRate(config: Uint8Array): number {
  const r = new BitReader(config);
  r.skip(8); // mpegh3daProfileLevelIndication
  return readRate(r);
}

function readRate(r: BitReader): number {
  const index = r.bits(5);
  const rate = index === EXPLICIT_RATE ? r.bits(24) : SAMPLE_RATES[index];
  if (!rate) throw new MediaError(`Cannot read sample rate index ${index}: it is reserved`);
  return rate;
}

function toLayout(entry: SampleEntry, layout: number): ReturnType<typeof toChannelLayout> {
  const channels = countChannels(layout);
  return channels > 0
    ? toChannelLayout(channels, layout)
    : toChannelLayout(requireEntryChannels(entry));
}
