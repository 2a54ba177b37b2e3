import { assertEquals } from "@std/assert";
import {
  type Colour,
  getColour,
  getPixelAspect,
  reduceAspect,
} from "../../lib/codecs/video_properties.ts";
import { entry } from "./entry.ts";

const UNSPECIFIED = { primaries: 2, transfer: 2, matrix: 2, fullRange: false };
const BT709 = { primaries: 1, transfer: 1, matrix: 1, fullRange: false };
const PQ = { primaries: 9, transfer: 16, matrix: 9, fullRange: false };

const cases: [what: string, colr: string | undefined, coded: Colour | undefined, Colour?][] = [
  ["no colour anywhere", undefined, undefined],
  ["a bitstream with unspecified colour", undefined, UNSPECIFIED],
  ["the bitstream alone", undefined, BT709, BT709],
  ["nclx, which overrides the bitstream", "6e636c78 0009 0010 0009 00", {
    ...BT709,
    fullRange: true,
  }, PQ],
  ["nclc, with the range of the bitstream", "6e636c63 0009 0010 0009", {
    ...BT709,
    fullRange: true,
  }, {
    ...PQ,
    fullRange: true,
  }],
  ["nclx without its last byte, which is not full range", "6e636c78 0009 0010 0009", BT709, PQ],
  ["nclx with one unspecified field", "6e636c78 0009 0002 0009 00", BT709, { ...PQ, transfer: 1 }],
  ["nclx without specified fields", "6e636c78 0002 0002 0002 00", undefined],
  ["full range only", "6e636c78 0002 0002 0002 80", undefined, {
    ...UNSPECIFIED,
    fullRange: true,
  }],
  ["an ICC profile, which is ignored", "70726f66 00000000", BT709, BT709],
];

for (const [what, colr, coded, expected] of cases) {
  Deno.test(`getColour() reads ${what}`, () => {
    assertEquals(getColour(entry("avc1", colr ? { colr } : {}), coded), expected);
  });
}

const PASPS: [pasp: string, aspect: [number, number]][] = [
  ["00000040 0000002d", [64, 45]],
  ["00000080 0000005a", [64, 45]],
  ["00000010 00000001", [16, 1]],
  ["00000000 00000000", [4, 3]],
  ["00000001 00000000", [4, 3]],
  ["00000011 00000001", [4, 3]],
  ["ffffffff 00000001", [4, 3]],
  ["00000001 ffffffff", [4, 3]],
];

for (const [pasp, aspect] of PASPS) {
  Deno.test(`getPixelAspect() returns ${aspect.join(":")} for pasp ${pasp} and a bitstream of 4:3`, () => {
    assertEquals(getPixelAspect(entry("avc1", { pasp }), [4, 3]), aspect);
  });
}

Deno.test("reduceAspect() returns square pixels for absurd ratios of a bitstream", () => {
  assertEquals([reduceAspect(65535, 1), reduceAspect(1, 65535), reduceAspect(0, 1)], [
    [1, 1],
    [1, 1],
    [1, 1],
  ]);
});
