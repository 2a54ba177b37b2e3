/** Movies of codecs that ffmpeg does not encode: sample entries as their standards define them, around samples of random bytes. */

import { hex } from "./codecs/entry.ts";
import { box, concat, fullBox, type Part, u16, u32, u8 } from "./mp4/movie_file.ts";
import { Prng } from "./robustness/prng.ts";
import { buildProgressiveMovie, packLanguage } from "./subtitle_movie.ts";

export interface CodecMovie {
  readonly entry: Uint8Array;
  /** RFC 6381. */
  readonly codec: string;
  /** Of audio: schemeIdUri and value in the MPD, CHANNELS in HLS. */
  readonly channels?: readonly [scheme: string, value: string, hls: string];
}

/** AudioSampleEntry (14496-12 §12.2.3). */
function audio(type: string, channels: number, rate: number, ...boxes: Part[]): Uint8Array {
  const fields = [u16(0, 0, 0, 1), u32(0, 0), u16(channels, 16, 0, 0), u32(rate * 65536)];
  return box(type, fields, boxes);
}

/** VisualSampleEntry (14496-12 §12.1.3) of 640 × 360. */
function visual(type: string, ...boxes: Part[]): Uint8Array {
  return box(type, u16(0, 0, 0, 1), new Uint8Array(16), u16(640, 360), new Uint8Array(50), boxes);
}

const CICP = "urn:mpeg:mpegB:cicp:ChannelConfiguration";
const DTS = "tag:dts.com,2014:dash:audio_channel_configuration:2012";
const DTS_UHD = "tag:dts.com,2018:uhd:audio_channel_configuration";

const VVCC = hex(`ff 0011 5f 01 02 33 80 00 0280 0168 0000 00`);

/** DTSSpecificBox of 48 kHz and 5.1. */
const DDTS = hex("0000bb80 000bb800 000bb800 18 00000000 000f 00");

/** One presentation of 5.1: config 0x1F, mdcompat 3, not differing from its core; mode 4, mask 0x47. */
const DAC4 = hex("20a401 000000000000000000  01 08 fb000009000011c0");

const IACB = hex(`01 2a
  f806 69616d66 00 00
  0014 00 4f707573 c007 fffc 01 02 0138 0000bb80 0000 00
  080a 01 00 00 01 00 00 20 10 01 01`);

const ALAC = hex("00001000 00 10 28 0a 0e 02 00ff 00000000 00000000 0000bb80");

/** By what they contain. */
export const CODEC_MOVIES: Readonly<Record<string, CodecMovie>> = {
  VVC: { entry: visual("vvc1", fullBox("vvcC", 0, 0, VVCC)), codec: "vvc1.1.L51.CQA" },
  "VVC with sets in samples": {
    entry: visual("vvi1", fullBox("vvcC", 0, 0, VVCC), box("colr", hex("6e636c78 0009 0010 0009"))),
    codec: "vvi1.1.L51.CQA",
  },
  "Apple Lossless": {
    entry: audio("alac", 2, 48000, fullBox("alac", 0, 0, ALAC)),
    codec: "alac",
    channels: [CICP, "2", "2"],
  },
  "integer PCM": {
    entry: audio("ipcm", 2, 48000, fullBox("pcmC", 0, 0, u8(1, 16))),
    codec: "ipcm",
    channels: [CICP, "2", "2"],
  },
  "floating-point PCM": {
    entry: audio("fpcm", 1, 44100, fullBox("pcmC", 0, 0, u8(0, 32))),
    codec: "fpcm",
    channels: [CICP, "1", "1"],
  },
  "AC-4": {
    entry: audio("ac-4", 2, 48000, box("dac4", DAC4)),
    codec: "ac-4.02.01.03",
    channels: [CICP, "6", "6"],
  },
  ...Object.fromEntries(["dtsc", "dtsh", "dtsl", "dtse"].map((type) => [type, {
    entry: audio(type, 2, 48000, box("ddts", DDTS)),
    codec: type,
    channels: [DTS, "6", "6"] as const,
  }])),
  "DTS-UHD": {
    entry: audio("dtsx", 2, 48000, box("udts", hex("0120 0000003f 8000"))),
    codec: "dtsx",
    channels: [DTS_UHD, "0000003F", "6"],
  },
  "MPEG-H Audio in MHAS": {
    entry: audio("mhm1", 0, 48000, box("mhaC", hex("01 0d 13 0002 0d18"))),
    codec: "mhm1.0x0D",
    channels: [CICP, "19", "12"],
  },
  "MPEG-H Audio": {
    entry: audio("mha1", 2, 48000, box("mhaC", hex("01 0b 02 0002 0b18"))),
    codec: "mha1.0x0B",
    channels: [CICP, "2", "2"],
  },
  "Immersive Audio": {
    entry: audio("iamf", 0, 0, box("iacb", IACB)),
    codec: "iamf.000.000.Opus",
    channels: [CICP, "2", "2"],
  },
};

const SAMPLES = 125;

/** Headers of NAL units with a slice (23090-3 §7.3.1.2): IDR_N_LP and TRAIL. */
const IDR_HEADER = u8(0, 0x41);
const TRAIL_HEADER = u8(0, 0x01);

/** In milliseconds. */
export const SAMPLE_DURATION = 40;

/** Returns 125 samples; those of video are IDR frames, all of them or at these indices. */
export function buildCodecSamples(
  { entry, channels }: CodecMovie,
  isIdr: (index: number) => boolean = () => true,
): Uint8Array[] {
  const random = new Prng(entry.toHex());
  return Array.from({ length: SAMPLES }, (_, i) => {
    const bytes = Uint8Array.from({ length: 40 + random.below(40) }, () => random.below(256));
    return channels ? bytes : toVvcSample(bytes, isIdr(i));
  });
}

/** Sync samples are flagged at these indices, or all. */
export function buildCodecMovie(
  movie: CodecMovie,
  { samples = buildCodecSamples(movie), syncs }: {
    samples?: readonly Uint8Array[];
    syncs?: readonly number[];
  } = {},
): Uint8Array<ArrayBuffer> {
  return buildProgressiveMovie({
    handler: movie.channels ? "soun" : "vide",
    entry: movie.entry,
    samples: samples.map((bytes) => ({ duration: SAMPLE_DURATION, bytes })),
    language: packLanguage("eng"),
    ...syncs && { syncs },
  });
}

function toVvcSample(bytes: Uint8Array, isIdr: boolean): Uint8Array {
  const header = isIdr ? IDR_HEADER : TRAIL_HEADER;
  return concat(u32(bytes.length + header.length), header, bytes);
}
