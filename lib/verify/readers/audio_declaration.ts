/** Reads what the sample entry and the first sample of audio declare. */

import { BitReader } from "../../bits.ts";
import { type AudioDeclaration, readAacDeclarations } from "./aac_declaration.ts";
import { readAudioBoxDeclaration } from "./audio_box_declaration.ts";
import { readElementaryStream } from "./elementary_stream.ts";
import type { EntryDeclaration } from "./sample_description.ts";

const MPEG2_AAC = [0x66, 0x67, 0x68];
const MPEG_AUDIO = [0x69, 0x6B];
const DTS = 0xA9;
const QUICKTIME_MP3 = [".mp3", "ms\0U"];

/**
 * Returns several where the configuration is valid for AAC with and without SBR, or with parametric stereo; the first is without. None
 * for codecs without a reader.
 *
 * @throws MediaError if the configuration is truncated
 */
export function readAudioDeclarations(
  entry: EntryDeclaration,
  sample: Uint8Array,
): readonly AudioDeclaration[] {
  const { type, boxes } = entry;
  const [dac3, dec3, dops, dfla] = ["dac3", "dec3", "dOps", "dfLa"].map((name) => boxes.get(name));
  if (QUICKTIME_MP3.includes(type)) return [readMp3(sample)];
  if (type === "mp4a") return readMp4a(entry, sample);
  if (type === "dtsc" && !boxes.has("ddts")) return [readDtsFrame(sample)];
  if (type === "ac-3" && dac3) return [readAc3(dac3)];
  if (type === "ec-3" && dec3) return [readEac3(dec3, entry)];
  if (type === "Opus" && dops) return [{ codec: "Opus", channels: dops[1], sampleRate: 48000 }];
  if (type === "fLaC" && dfla) return [readFlac(dfla)];
  if (type === "mhm1" && !boxes.has("mhaC")) return readMhas(entry, sample);
  const declared = readAudioBoxDeclaration(entry);
  return declared ? [declared] : [];
}

function readMp4a(entry: EntryDeclaration, sample: Uint8Array): readonly AudioDeclaration[] {
  const esds = entry.boxes.get("esds");
  const { objectType, configuration } = readElementaryStream(esds ?? new Uint8Array());
  if (MPEG_AUDIO.includes(objectType)) return [readMp3(sample)];
  if (objectType === DTS) return [readDtsFrame(sample)];
  if (configuration) return readAacDeclarations(configuration);
  const { channels, sampleRate } = entry;
  const codec = `mp4a.40.${MPEG2_AAC.indexOf(objectType) + 1}`;
  return MPEG2_AAC.includes(objectType) ? [{ codec, channels, sampleRate }] : [];
}

/** header() of a frame (11172-3 §2.4.1.3): 11 set bits, version, layer, …; the rate is by version and index. */
function readMp3(sample: Uint8Array): AudioDeclaration {
  const [, second = 0, third = 0, fourth = 0] = sample;
  const version = second >> 3 & 3;
  const divisor = { 3: 1, 2: 2, 0: 4 }[version] ?? 1;
  const rate = [44100, 48000, 32000][third >> 2 & 3];
  return {
    codec: version === 3 ? "mp4a.6B" : "mp4a.69",
    channels: fourth >> 6 === 3 ? 1 : 2,
    sampleRate: rate && rate / divisor,
  };
}

/** The configuration is in a short packet of type 1 (ISO/IEC 23008-3 clause 14), behind a synchronization of one byte, or none. */
function readMhas(entry: EntryDeclaration, sample: Uint8Array): readonly AudioDeclaration[] {
  const packet = sample[0] === 0xC0 ? sample.subarray(3) : sample;
  if (packet.length < 5 || packet[0]! >> 5 !== 1) return [];
  const r = new BitReader(packet.subarray(2));
  const [level, rate] = [r.bits(8), r.bits(5)];
  r.skip((rate === 31 ? 24 : 0) + 5);
  const layout = r.bits(2) === 0 ? r.bits(6) : 0;
  const mhac = Uint8Array.of(1, level, layout, 0, 0);
  const boxes = new Map([["mhaC", mhac]]);
  const declared = readAudioBoxDeclaration({ ...entry, boxes });
  return declared ? [{ ...declared, sampleRate: undefined }] : [];
}

/** Channels by AMODE (ETSI TS 102 114 table 5-4), and rates by SFREQ. */
const DTS_CHANNELS = [1, 2, 2, 2, 2, 3, 3, 4, 4, 5];
const DTS_RATES = [0, 8e3, 16e3, 32e3, 0, 0, 11025, 22050, 44100, 0, 0, 12e3, 24e3, 48e3];

/** Header of the core (§5.3.1): AMODE from bit 60 on, SFREQ from 66, and LFF from 85. */
function readDtsFrame(sample: Uint8Array): AudioDeclaration {
  const [seventh = 0, eighth = 0, , tenth = 0] = sample.subarray(7);
  const lfe = (tenth & 6) > 0 ? 1 : 0;
  const channels = DTS_CHANNELS[(seventh & 15) << 2 | eighth >> 6];
  const sampleRate = DTS_RATES[eighth >> 2 & 15];
  return { codec: "dtsc", channels: channels && channels + lfe, sampleRate };
}

/** Full-range channels by acmod (ETSI TS 102 366 table 4.3). */
const AC3_CHANNELS = [2, 1, 2, 3, 3, 4, 4, 5];
const AC3_RATES = [48000, 44100, 32000];

function readAc3(dac3: Uint8Array): AudioDeclaration {
  const r = new BitReader(dac3);
  const sampleRate = AC3_RATES[r.bits(2)];
  r.skip(8);
  const channels = AC3_CHANNELS[r.bits(3)]! + r.bit();
  return { codec: "ac-3", channels, sampleRate };
}

/** Channels by bit of chan_loc (table F.6.1), from the lowest. */
const LOCATION_CHANNELS = [2, 2, 1, 1, 2, 2, 2, 1, 1];

/** EC3SpecificBox (ETSI TS 102 366 §F.6); the number of objects follows it (ETSI TS 103 420 §8.3). */
function readEac3(dec3: Uint8Array, { sampleRate: entryRate }: EntryDeclaration): AudioDeclaration {
  const r = new BitReader(dec3);
  r.skip(13);
  const substreams = r.bits(3) + 1;
  let [channels, sampleRate] = [0, entryRate];
  for (let i = 0; i < substreams; i++) {
    const rate = AC3_RATES[r.bits(2)] ?? entryRate;
    r.skip(10);
    let count = AC3_CHANNELS[r.bits(3)]! + r.bit();
    r.skip(3);
    const locations = r.bits(4) > 0 ? r.bits(9) : 0 * r.bit();
    LOCATION_CHANNELS.forEach((more, bit) => count += locations >> bit & 1 ? more : 0);
    if (i === 0) [channels, sampleRate] = [count, rate];
  }
  const objects = r.left >= 16 && r.bits(8) & 1 ? r.bits(8) : 0;
  return { codec: "ec-3", channels, sampleRate, ...objects > 0 && { objects } };
}

/** STREAMINFO (RFC 9639 §8.2) follows version and flags and the header of its block. */
function readFlac(dfla: Uint8Array): AudioDeclaration {
  const r = new BitReader(dfla.subarray(18));
  const sampleRate = r.bits(20);
  return { codec: "fLaC", channels: r.bits(3) + 1, sampleRate };
}
