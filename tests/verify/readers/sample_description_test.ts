import { assertEquals } from "@std/assert";
import { readSampleDescription } from "../../../lib/verify/readers/sample_description.ts";
import { hex } from "../../codecs/entry.ts";

const SIZE_OF_HEADER = 8;

/** Builds a stsd of one entry of this type. */
function stsd(type: string, body: string, version = 0): Uint8Array {
  const size = (SIZE_OF_HEADER + hex(body).length).toString(16).padStart(8, "0");
  const name = [...type].map((letter) => letter.charCodeAt(0).toString(16)).join("");
  return hex(`0${version}000000 00000001 ${size} ${name} ${body}`);
}

const START = "000000000000 0001";
const PASP = "00000010 70617370 00000004 00000003";
/** Of 192 kHz, and without its rate. */
const SRAT = "00000010 73726174 00000000 0002ee00";
const SHORT_SRAT = "0000000c 73726174 00000000";
const ESDS = "0000000c 65736473 00000000";

/** Audio: version, …, channels, sample size, …, rate of 44.1 kHz. */
const audio = (version: string) => `${START} ${version} 0000 00000000 0002 0010 0000 0000 ac440000`;

const cases: [what: string, handler: string, stsd: Uint8Array, expected: unknown[]][] = [
  [
    "video",
    "vide",
    stsd("avc1", `${START} ${"00".repeat(16)} 0140 00b4 ${"00".repeat(50)} ${PASP}`),
    ["avc1", 320, 180, 0, 0, "pasp"],
  ],
  ["audio", "soun", stsd("mp4a", audio("0000") + ESDS), ["mp4a", 0, 0, 2, 44100, "esds"]],
  ["audio of ISO's version 1", "soun", stsd("mp4a", audio("0001") + ESDS, 1), [
    ...["mp4a", 0, 0, 2, 44100, "esds"],
  ]],
  ["audio of more than 65,535 Hz", "soun", stsd("ipcm", `${audio("0001")} ${SRAT}`, 1), [
    ...["ipcm", 0, 0, 2, 192_000, "srat"],
  ]],
  ["audio with a truncated rate", "soun", stsd("ipcm", `${audio("0001")} ${SHORT_SRAT}`, 1), [
    ...["ipcm", 0, 0, 2, 44100, "srat"],
  ]],
  [
    "audio of QuickTime's version 1, with a wave",
    "soun",
    stsd("mp4a", `${audio("0001")} ${"00".repeat(16)} 00000014 77617665 ${ESDS}`),
    ["mp4a", 0, 0, 2, 44100, "esds wave"],
  ],
  [
    "audio of QuickTime's version 2",
    "soun",
    stsd(
      "mp4a",
      `${START} 0002 0000 00000000 0003 0010 fffe 0000 00010000 00000048 40e5888000000000 00000006 7f000000
       ${"00".repeat(16)} ${ESDS}`,
    ),
    ["mp4a", 0, 0, 6, 44100, "esds"],
  ],
  ["subtitles", "sbtl", stsd("tx3g", START + ESDS), ["tx3g", 0, 0, 0, 0, ""]],
];

for (const [what, handler, bytes, expected] of cases) {
  Deno.test(`readSampleDescription() reads ${what}`, () => {
    const [found] = readSampleDescription(bytes, handler);
    const { type, width, height, channels, sampleRate, boxes } = found!;
    const names = [...boxes.keys()].sort().join(" ");
    assertEquals([type, width, height, channels, sampleRate, names], expected);
  });
}
