import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { type PesPacket, readPes } from "../../../lib/verify/readers/pes_packet.ts";
import { hex } from "../../codecs/entry.ts";

const aabb = hex("aabb");

const cases: [what: string, bytes: string, expected: PesPacket][] = [
  [
    "audio with a PTS", // 900000 = 0 * 2^30 + 27 * 2^15 + 15264, each part followed by a marker bit
    "000001 c0 000a 84 80 05  21 0037 7741  aabb",
    { streamId: 0xC0, pts: 900000, dts: 900000, aligned: true, data: aabb },
  ],
  [
    "video without a length",
    "000001 e0 0000 80 80 05  21 0037 7741  aabb",
    { streamId: 0xE0, pts: 900000, dts: 900000, aligned: false, data: aabb },
  ],
  [
    "video with PTS and DTS", // 2^30 + 2^15 + 1, and 2
    "000001 ef 0000 84 c0 0a  33 0003 0003  11 0001 0005  aabb",
    { streamId: 0xEF, pts: 2 ** 30 + 2 ** 15 + 1, dts: 2, aligned: true, data: aabb },
  ],
  [
    "the last PTS before it wraps around, and stuffing",
    "000001 c0 000c 80 80 07  2f ffff ffff ffff  aabb",
    { streamId: 0xC0, pts: 2 ** 33 - 1, dts: 2 ** 33 - 1, aligned: false, data: aabb },
  ],
];

for (const [what, bytes, expected] of cases) {
  Deno.test(`readPes() reads ${what}`, () => {
    assertEquals(readPes(hex(bytes)), expected);
  });
}

const NO_PTS = "Cannot find the PTS of a PES packet";
const NO_MARKERS = "Cannot read a timestamp without its markers";

const invalid: [bytes: string, message: string][] = [
  ["000001 c0 0002 80 80", "Cannot find the start code of a PES packet"],
  ["000101 c0 0008 80 80 05 21 0037 7741", "Cannot find the start code of a PES packet"],
  ["000001 c0 0009 80 80 05 21 0037 7741", "Cannot read PES_packet_length 9, expected 8"],
  ["000001 c0 0000 80 80 05 21 0037 7741", "Cannot read PES_packet_length 0, expected 8"],
  ["000001 e0 0007 80 80 05 21 0037 7741", "Cannot read PES_packet_length 7, expected 8"],
  ["000001 c0 0008 90 80 05 21 0037 7741", "Cannot read a scrambled PES packet"],
  ["000001 c0 0008 80 00 05 ff ffff ffff", NO_PTS],
  ["000001 c0 0008 80 80 04 21 0037 7741", NO_PTS],
  ["000001 c0 0008 80 80 06 21 0037 7741", NO_PTS], // PES_header_data_length beyond the packet
  ["000001 c0 0008 80 c0 05 31 0037 7741", NO_PTS], // too short for a DTS
  ["000001 c0 0008 80 80 05 31 0037 7741", NO_MARKERS], // '0011' promises a DTS
  ["000001 c0 0008 80 80 05 21 0036 7741", NO_MARKERS],
];

for (const [bytes, message] of invalid) {
  Deno.test(`readPes() rejects ${bytes}`, () => {
    assertThrows(() => readPes(hex(bytes)), MediaError, message);
  });
}
