import { assertEquals } from "@std/assert";
import {
  readAvcSequence,
  readHevcSequence,
} from "../../../lib/verify/readers/sequence_parameters.ts";
import type { SequenceParameters } from "../../../lib/verify/readers/sequence_parameters.ts";
import { UNKNOWN_COLOUR } from "../../../lib/verify/readers/video_usability.ts";
import { hex, nalOf, se, ue } from "../../codecs/entry.ts";

const size = { width: 320, height: 192, aspect: 1, colour: UNKNOWN_COLOUR };

const BASELINE = "01100111" + "01000010" + "11000000" + "00011110" + ue(0);
const HIGH = "01100111" + "01100100" + "00000000" + "00011110" + ue(0);
const ORDER = ue(0) + ue(0, 0) + ue(1) + "0";
const FRAMES = ue(19, 11) + "11";

const avc: [what: string, nal: Uint8Array, expected: SequenceParameters][] = [
  ["the minimal one", nalOf(BASELINE + ORDER + FRAMES + "00"), size],
  [
    "one that is cropped, of x264",
    hex("6764000cacd941419f9f011000000300100000030320f1429960"),
    { ...size, height: 180 },
  ],
  [
    "fields, aspect and colour, of x264",
    hex("67640015acd941433d4dff80200016b501010140000003004000000c87c50a6580"),
    {
      ...{ width: 318, height: 172, aspect: 64 / 45 },
      colour: { primaries: 1, transfer: 1, matrix: 1, fullRange: false },
    },
  ],
  [
    "separate planes, cropped by single lines",
    nalOf(HIGH + ue(3) + "1" + ue(0, 0) + "00" + ORDER + FRAMES + "1" + ue(1, 0, 2, 0) + "0"),
    { ...size, width: 319, height: 190 },
  ],
  [
    "4:2:2, cropped by single lines",
    nalOf(HIGH + ue(2) + ue(0, 0) + "00" + ORDER + FRAMES + "1" + ue(1, 0, 2, 0) + "0"),
    { ...size, width: 318, height: 190 },
  ],
  [
    "scaling lists, of which one ends early",
    nalOf(
      HIGH + ue(1) + ue(0, 0) + "01" + "1" + se(...Array(16).fill(1)) + "1" + se(4, -12) + "0000" +
        "1" + se(...Array(64).fill(1)) + "0" + ORDER + FRAMES + "00",
    ),
    size,
  ],
  [
    "picture order count type 1",
    nalOf(BASELINE + ue(0, 1) + "0" + se(-3, 5) + ue(2) + se(1, 2) + ue(1) + "0" + FRAMES + "00"),
    size,
  ],
];

for (const [what, nal, expected] of avc) {
  Deno.test(`readAvcSequence() reads ${what}`, () => assertEquals(readAvcSequence(nal), expected));
}

/** NAL header, VPS 0, one layer; general profile and level. */
const HEVC_HEADER = "01000010" + "00000001" + "0000" + "000" + "1" + "01".repeat(48);
const HEVC_SIZE = ue(0) + ue(1) + ue(320, 184) + "0" + ue(0, 0);
const HEVC_TOOLS = ue(4) + "1" + ue(4, 2, 5) + ue(0, 3, 0, 3, 0, 0);

const HEVC_MINIMAL_END = "0" + "00" + "0" + ue(0) + "0" + "00" + "0";

/** Cropped by one unit at the left and two at the top. */
const HEVC_CROPPED = ue(320, 184) + "1" + ue(1, 0, 2, 0) + ue(0, 0) + HEVC_TOOLS + HEVC_MINIMAL_END;

const hevc: [what: string, nal: Uint8Array, expected: SequenceParameters][] = [
  [
    "one that is cropped, of x265",
    hex("42010101600000030090000003000003003ca00a080b9f796566924caf016808000003000800000300c840"),
    { ...size, height: 180 },
  ],
  [
    "4:2:2, cropped by single lines",
    nalOf(HEVC_HEADER + ue(0) + ue(2) + HEVC_CROPPED),
    { ...size, width: 318, height: 182 },
  ],
  [
    "4:4:4, cropped by single samples",
    nalOf(HEVC_HEADER + ue(0) + ue(3) + "0" + HEVC_CROPPED),
    { ...size, width: 319, height: 182 },
  ],
  [
    "separate planes",
    nalOf(HEVC_HEADER + ue(0) + ue(3) + "1" + HEVC_CROPPED),
    { ...size, width: 319, height: 182 },
  ],
  [
    "scaling lists, aspect and colour, of x265",
    hex(
      "420101222000000300900000030000030099a00a080b9d48d96566924e5782b5091009040000030004000003006420",
    ),
    {
      ...{ width: 318, height: 178, aspect: 40 / 33 },
      colour: { primaries: 9, transfer: 16, matrix: 9, fullRange: false },
    },
  ],
  [
    "scaling lists of all sizes, and PCM",
    nalOf(
      HEVC_HEADER + HEVC_SIZE + HEVC_TOOLS + "11" +
        ("1" + se(...Array(16).fill(1)) + ("0" + ue(1)).repeat(5)) +
        ("1" + se(...Array(64).fill(-1)) + ("0" + ue(0)).repeat(5)) +
        ("1" + se(8) + se(...Array(64).fill(0)) + ("0" + ue(2)).repeat(5)) +
        ("1" + se(-4) + se(...Array(64).fill(3)) + ("0" + ue(1))) +
        "00" + "1" + "11111111" + ue(3, 7) + "1" + ue(0) + "0" + "00" + "1" + ("1" + "00000010") +
        "0" + "0",
    ),
    { ...size, height: 184, aspect: 12 / 11 },
  ],
  [
    "predicted reference sets, and long-term references",
    nalOf(
      HEVC_HEADER + HEVC_SIZE + HEVC_TOOLS + "0" + "00" + "0" + ue(4) +
        (ue(2, 1) + (ue(0) + "1").repeat(3)) + ("0" + ue(1, 0) + ue(3) + "1") +
        ("1" + "1" + ue(0) + "1" + "01") + ("1" + "0" + ue(2) + "00" + "1" + "1") +
        ("1" + ue(2) + "1".repeat(18)) + "00" + "1" + ("1" + "00000010") + "0" + "0",
    ),
    { ...size, height: 184, aspect: 12 / 11 },
  ],
];

for (const [what, nal, expected] of hevc) {
  Deno.test(`readHevcSequence() reads ${what}`, () => {
    assertEquals(readHevcSequence(nal), expected);
  });
}
