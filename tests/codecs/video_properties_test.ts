import { assertEquals } from "@std/assert";
import { type Colour, getColour } from "../../lib/codecs/video_properties.ts";
import { entry } from "./entry.ts";

const UNSAID = { primaries: 2, transfer: 2, matrix: 2, fullRange: false };
const BT709 = { primaries: 1, transfer: 1, matrix: 1, fullRange: false };
const PQ = { primaries: 9, transfer: 16, matrix: 9, fullRange: false };

const cases: [what: string, colr: string | undefined, coded: Colour | undefined, Colour?][] = [
  ["nothing", undefined, undefined],
  ["a bitstream that leaves it open", undefined, UNSAID],
  ["the bitstream alone", undefined, BT709, BT709],
  ["nclx over the bitstream", "6e636c78 0009 0010 0009 00", { ...BT709, fullRange: true }, PQ],
  ["nclc, with the range of the bitstream", "6e636c63 0009 0010 0009", {
    ...BT709,
    fullRange: true,
  }, {
    ...PQ,
    fullRange: true,
  }],
  ["nclx that leaves one open", "6e636c78 0009 0002 0009 00", BT709, { ...PQ, transfer: 1 }],
  ["nclx that leaves all open", "6e636c78 0002 0002 0002 00", undefined],
  ["full range and no more", "6e636c78 0002 0002 0002 80", undefined, {
    ...UNSAID,
    fullRange: true,
  }],
  ["a profile, which is passed over", "70726f66 00000000", BT709, BT709],
];

for (const [what, colr, coded, expected] of cases) {
  Deno.test(`colour() of ${what}`, () => {
    assertEquals(getColour(entry("avc1", colr ? { colr } : {}), coded), expected);
  });
}
