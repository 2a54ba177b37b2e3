import { assertThrows } from "@std/assert";
import { iamf } from "../../lib/codecs/iamf.ts";
import { MediaError } from "../../lib/errors.ts";
import { testAudio } from "./declared.ts";
import { entry, hex } from "./entry.ts";

function obu(type: number, payload: string, flags = 0): string {
  const header = (type << 3 | flags).toString(16).padStart(2, "0");
  return header + hex(payload).length.toString(16).padStart(2, "0") + payload;
}

function ascii(text: string): string {
  return new TextEncoder().encode(text).toHex();
}

const SIMPLE = obu(31, `${ascii("iamf")} 00 00`);
const BASE = obu(31, `${ascii("iamf")} 00 01`);

function codecConfig(codec: string, decoderConfig: string): string {
  return obu(0, `00 ${ascii(codec)} c007 fffc ${decoderConfig}`);
}

const OPUS = codecConfig("Opus", "01 02 0138 0000bb80 0000 00");

/** One layer of a layout, with counts of substreams and of coupled ones. */
const STEREO = obu(1, "01 00 00 01 00 00 20 10 01 01");
/** Demixing and recon gain; stereo, and the four channels that make it 5.1; the first layer has an output gain. */
const SURROUND = obu(
  1,
  `01 00 00 04 00010203 02 01 05 80f702 80 00 00 02 06 80f702 00 c007 00 02 e003 e003
  40 18 01 01 fc0000 20 03 01`,
);
const AMBISONICS = obu(1, "01 20 00 04 00010203 00 00 04 04 00010203");
const BINAURAL = obu(1, "01 00 00 01 00 00 20 90 01 01");

function iacb(...obus: string[]): string {
  const all = obus.join("");
  const size = hex(all).length;
  const leb128 = size < 128 ? [size] : [size & 127 | 128, size >> 7];
  return `01 ${Uint8Array.from(leb128).toHex()} ${all}`;
}

const streams: [
  what: string,
  body: string,
  codec: string,
  rate: number,
  channels: number,
  layout?: number,
][] = [
  ["stereo in Opus", iacb(SIMPLE, OPUS, STEREO), "iamf.000.000.Opus", 48000, 2, 2],
  ["5.1 in two layers", iacb(BASE, OPUS, SURROUND), "iamf.000.001.Opus", 48000, 6, 6],
  ["first-order Ambisonics", iacb(SIMPLE, OPUS, AMBISONICS), "iamf.000.000.Opus", 48000, 4],
  ["binaural", iacb(SIMPLE, OPUS, BINAURAL), "iamf.000.000.Opus", 48000, 2],
  [
    "AAC",
    iacb(SIMPLE, codecConfig("mp4a", "04 11 40 15 000000 00000000 00000000 05 02 1210"), STEREO),
    "iamf.000.000.mp4a.40.2",
    44100,
    2,
    2,
  ],
  [
    "FLAC",
    iacb(
      SIMPLE,
      codecConfig("fLaC", `80000022 1000 1000 000000 000000 0ac442f0 ${"00".repeat(20)}`),
      STEREO,
    ),
    "iamf.000.000.fLaC",
    44100,
    2,
    2,
  ],
  [
    "PCM",
    iacb(SIMPLE, codecConfig("ipcm", "01 10 00003e80"), STEREO),
    "iamf.000.000.ipcm",
    16000,
    2,
    2,
  ],
  [
    "headers with trimming and an extension, and reserved OBUs",
    iacb(obu(31, `00 00 02 abcd ${ascii("iamf")} 01 02`, 3), obu(25, "00"), OPUS, STEREO),
    "iamf.001.002.Opus",
    48000,
    2,
    2,
  ],
];

testAudio(
  "iamf",
  streams.map(([what, body, ...rest]) => [what, entry("iamf", { iacb: body }), ...rest]),
);

const broken: [what: string, boxes: Record<string, string>, message: string][] = [
  ["no iacb", {}, "iamf: Cannot describe iamf without iacb"],
  ["version 0", { iacb: "00 00" }, "iamf/iacb: Cannot read configurationVersion 0"],
  ["no sequence header", { iacb: iacb(OPUS, STEREO) }, "Cannot find an IA sequence header"],
  ["no codec configuration", { iacb: iacb(SIMPLE, STEREO) }, "Cannot find a codec configuration"],
  [
    "no audio element",
    { iacb: iacb(SIMPLE, OPUS) },
    "Cannot find the channels of an audio element",
  ],
  [
    "another codec",
    { iacb: iacb(SIMPLE, codecConfig("ac-4", ""), STEREO) },
    "Cannot read codec_id ac-4, expected Opus, mp4a, fLaC or ipcm",
  ],
  [
    "a rate of 0",
    { iacb: iacb(SIMPLE, codecConfig("ipcm", "01 10 00000000"), STEREO) },
    "iamf/iacb: Cannot read sample rate 0",
  ],
  ["a truncated OBU", { iacb: "01 04 f8066961" }, "Cannot read 6 bytes where 2 are left"],
  [
    "more substreams than bytes",
    { iacb: iacb(SIMPLE, OPUS, obu(1, "01 00 00 ffffff7f")) },
    "Cannot read 1 bytes",
  ],
];

for (const [what, boxes, message] of broken) {
  Deno.test(`iamf rejects ${what}`, () => {
    assertThrows(() => iamf.describe(entry("iamf", boxes)), MediaError, message);
  });
}
