import { assertEquals, assertThrows } from "@std/assert";
import { BitReader } from "../../../lib/bits.ts";
import { readVui, type Vui } from "../../../lib/codecs/nal/vui.ts";
import { MediaError } from "../../../lib/errors.ts";
import { bytesOf } from "../entry.ts";

const UNSPECIFIED = { primaries: 2, transfer: 2, matrix: 2 };

const bitsOf = (value: number, size: number) => value.toString(2).padStart(size, "0");

/** Writes an aspect_ratio_idc. */
const idc = (value: number) => "1" + bitsOf(value, 8);

/** Writes an explicit sample aspect ratio. */
const sar = (width: number, height: number) => idc(255) + bitsOf(width, 16) + bitsOf(height, 16);

const vuis: [what: string, bits: string, expected: Vui][] = [
  ["nothing", "0" + "0" + "0", { pixelAspect: [1, 1] }],
  ["an unspecified pixel aspect", idc(0) + "0" + "0", { pixelAspect: [1, 1] }],
  ["the pixel aspect of PAL", idc(2) + "0" + "0", { pixelAspect: [12, 11] }],
  ["the last pixel aspect of the table", idc(16) + "0" + "0", { pixelAspect: [2, 1] }],
  ["a reserved pixel aspect", idc(17) + "0" + "0", { pixelAspect: [1, 1] }],
  ["an explicit pixel aspect, not in lowest terms", sar(16, 12) + "00", { pixelAspect: [4, 3] }],
  ["an explicit pixel aspect of 16 bits", sar(65535, 65534) + "00", {
    pixelAspect: [65535, 65534],
  }],
  ["a pixel aspect of 0, which is unspecified", sar(0, 65535) + "00", { pixelAspect: [1, 1] }],
  ["overscan, full range", "0" + "11" + ("1" + "101" + "1" + "0"), {
    pixelAspect: [1, 1],
    colour: { ...UNSPECIFIED, fullRange: true },
  }],
  [
    "a colour description",
    "0" + "0" + ("1" + "101" + "0" + "1") + "00001001" + "00010000" + "00001010",
    {
      pixelAspect: [1, 1],
      colour: { primaries: 9, transfer: 16, matrix: 10, fullRange: false },
    },
  ],
];

for (const [what, bits, expected] of vuis) {
  Deno.test(`readVui() reads ${what}`, () => {
    const r = new BitReader(bytesOf(bits + "1".repeat(8)));
    assertEquals([readVui(r), r.position], [expected, bits.length]);
  });
}

Deno.test("readVui() rejects a truncated pixel aspect", () => {
  assertThrows(() => readVui(new BitReader(bytesOf(idc(255) + "0"))), MediaError, "Cannot read");
});
