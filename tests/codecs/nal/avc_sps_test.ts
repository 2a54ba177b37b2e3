import { assertEquals, assertThrows } from "@std/assert";
import { readAvcSps } from "../../../lib/codecs/nal/avc_sps.ts";
import { MediaError } from "../../../lib/errors.ts";
import { nalOf, se, ue } from "../entry.ts";

const HEADER = "01100111";
const BASELINE = HEADER + "01000010" + "11000000" + "00011110" + ue(0);
const HIGH = HEADER + "01100100" + "00000000" + "00011110" + ue(0);

/** frame_num, picture order of type 0, reference frames, no gaps; 20 × 12 macroblocks, progressive; no cropping, no VUI. */
const ORDER = ue(0) + ue(0, 0) + ue(1) + "0";
const FRAMES = ue(19, 11) + "1" + "1";
const REST = ORDER + FRAMES + "0" + "0";

const size = { width: 320, height: 192, interlaced: false };

const sets: [what: string, bits: string, expected: Record<string, unknown>][] = [
  ["the minimal SPS", BASELINE + REST, size],
  [
    "4:0:0, cropped by single pixels",
    HIGH + ue(0) + ue(0, 0) + "0" + "0" + ORDER + FRAMES + "1" + ue(1, 2, 3, 4) + "0",
    {
      width: 317,
      height: 185,
      interlaced: false,
    },
  ],
  [
    "4:2:2, cropped by column pairs",
    HIGH + ue(2) + ue(2, 2) + "0" + "0" + ORDER + FRAMES + "1" + ue(1, 2, 3, 4) + "0",
    {
      width: 314,
      height: 185,
      interlaced: false,
    },
  ],
  [
    "4:4:4 with separate planes",
    HIGH + ue(3) + "1" + ue(0, 0) + "0" + "0" + ORDER + FRAMES + "1" + ue(1, 0, 0, 0) + "0",
    {
      width: 319,
      height: 192,
      interlaced: false,
    },
  ],
  [
    "4:2:0 fields, cropped by four lines",
    BASELINE + ORDER + ue(19, 5) + "0" + "1" + "1" + "1" + ue(0, 0, 0, 3) + "0",
    { width: 320, height: 180, interlaced: true },
  ],
  [
    "scaling lists: a full one, an ended one, absent ones, and one of 64",
    HIGH + ue(1) + ue(0, 0) + "0" + "1" +
    ("1" + se(...Array(16).fill(1))) + ("1" + se(4, -12)) + "0000" +
    ("1" + se(...Array(64).fill(1))) + "0" +
    REST,
    size,
  ],
  [
    "twelve scaling lists of 4:4:4",
    HIGH + ue(3) + "0" + ue(0, 0) + "0" + "1" + ("1" + se(-8)).repeat(12) + REST,
    size,
  ],
  [
    "picture order count type 1",
    BASELINE + ue(0) + ue(1) + "0" + se(-3, 5) + ue(3) + se(1, 2, 3) + ue(1) + "0" + FRAMES + "00",
    size,
  ],
  ["picture order count type 2", BASELINE + ue(0) + ue(2) + ue(1) + "0" + FRAMES + "00", size],
  [
    "pixel aspect by index, overscan, full range",
    BASELINE + ORDER + FRAMES + "0" + "1" + ("1" + "00001110") + "11" + ("1" + "101" + "1" + "0"),
    {
      ...size,
      pixelAspect: [4, 3],
      colour: { primaries: 2, transfer: 2, matrix: 2, fullRange: true },
    },
  ],
];

for (const [what, bits, expected] of sets) {
  Deno.test(`readAvcSps() reads ${what}`, () => {
    const { profile: _, ...rest } = readAvcSps(nalOf(bits));
    assertEquals<Record<string, unknown>>(rest, expected);
  });
}

const broken: [what: string, bits: string, message: string][] = [
  ["chroma format 4", HIGH + ue(4), "Cannot read chroma format 4: it is reserved"],
  [
    "picture order count type 3",
    BASELINE + ue(0) + ue(3),
    "Cannot read picture order count type 3",
  ],
  [
    "a cycle of 2^32 - 2 offsets",
    BASELINE + ue(0) + ue(1) + "0" + se(0, 0) + ue(2 ** 32 - 2),
    "Cannot read",
  ],
  ["a code longer than 63 bits", BASELINE + "0".repeat(80), "Cannot read an Exp-Golomb code"],
  ["a width of 2^36", BASELINE + ORDER + ue(2 ** 32 - 2, 11) + "1100", "Cannot use a size of"],
  [
    "cropping that leaves nothing",
    BASELINE + ORDER + FRAMES + "1" + ue(100, 60, 0, 0) + "0",
    "Cannot use a size of 0 × 192 pixels",
  ],
];

for (const [what, bits, message] of broken) {
  Deno.test(`readAvcSps() rejects ${what}`, () => {
    assertThrows(() => readAvcSps(nalOf(bits)), MediaError, message);
  });
}
