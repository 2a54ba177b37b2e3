import { assertEquals, assertThrows } from "@std/assert";
import { BitReader } from "../../../lib/bits.ts";
import { findSbr } from "../../../lib/codecs/aac/frame.ts";
import { hasParametricStereo } from "../../../lib/codecs/aac/sbr.ts";
import { MediaError } from "../../../lib/errors.ts";
import { HE_V2_MONO } from "../aac_frames.ts";
import { bytesOf } from "../entry.ts";

/** One channel as in testdata/derive: 10 bands of high resolution, 5 of low resolution, 2 noise bands. */
const HEADER = "1" + "0" + "1100" + "1110" + "000" + "00" + "00" + "0";
const NOISE = "11110" + "0";

/** Grids with their values in steps of 1.5 dB: per envelope a 7-bit start value and frequency deltas, or time deltas only. */
const bodies: [what: string, bits: string][] = [
  ["one envelope", "00" + "00" + "0" + "00" + "0000" + "0000000" + "00".repeat(4) + NOISE],
  [
    "two envelopes of high resolution, the second with time deltas",
    "00" + "01" + "1" + "01" + "01" + "0000" + "0000000" + "00".repeat(9) + "00".repeat(10) +
    NOISE + "00",
  ],
  [
    "a variable end, coded backward: low, then high resolution",
    "01" + "00" + "01" + "00" + "00" + "10" + "00" + "00" + "0000" + "0000000" + "00".repeat(4) +
    "0000000" + "00".repeat(9) + NOISE.repeat(2),
  ],
  [
    "a variable start: low, then high resolution",
    "10" + "00" + "01" + "00" + "00" + "01" + "00" + "00" + "0000" + "0000000" + "00".repeat(4) +
    "0000000" + "00".repeat(9) + NOISE.repeat(2),
  ],
  [
    "both variable, one envelope",
    "11" + "0000" + "00" + "00" + "0" + "0" + "0" + "0" + "0000" + "0000000" + "00".repeat(4) +
    NOISE,
  ],
];

function reader(bits: string): BitReader {
  return new BitReader(bytesOf(bits));
}

for (const [what, body] of bodies) {
  for (const sines of ["0", "1" + "0".repeat(10)]) {
    const head = HEADER + body + sines;
    Deno.test(`hasParametricStereo() skips ${what}${sines.length > 1 ? " and sines" : ""}`, () => {
      assertEquals(hasParametricStereo(reader(head + "1" + "0001" + "10" + "000000"), 48000), true);
      assertEquals(
        hasParametricStereo(reader(head + "1" + "0001" + "01" + "111111"), 48000),
        false,
      );
      assertEquals(hasParametricStereo(reader(head + "0" + "1111111"), 48000), false);
    });
  }
}

Deno.test("hasParametricStereo() detects PS in a frame of HE-AAC v2", () => {
  assertEquals(hasParametricStereo(findSbr(HE_V2_MONO, 24000)!.r, 48000), true);
});

const broken: [what: string, bits: string, message: string][] = [
  ["no header", "0000", "Cannot read SBR data without its header"],
  ["a truncated header", "1011", "Cannot read"],
  [
    "a crossover past the bands",
    "1" + "0" + "1111" + "0000" + "111" + "00000",
    "Cannot read SBR data",
  ],
];

for (const [what, bits, message] of broken) {
  Deno.test(`hasParametricStereo() rejects ${what}`, () => {
    assertThrows(() => hasParametricStereo(reader(bits), 48000), MediaError, message);
  });
}
