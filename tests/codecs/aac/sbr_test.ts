import { assertEquals, assertThrows } from "@std/assert";
import { BitReader } from "../../../lib/bits.ts";
import { findSbr } from "../../../lib/codecs/aac/frame.ts";
import { hasParametricStereo } from "../../../lib/codecs/aac/sbr.ts";
import { computeBandCounts } from "../../../lib/codecs/aac/sbr_bands.ts";
import { MediaError } from "../../../lib/errors.ts";
import { HE_V2_MONO } from "../aac_frames.ts";
import { bytesOf } from "../entry.ts";

/** Band counts verified by ffmpeg's decoder, which finds parametric stereo after them. */
const counts: [header: number[], rate: number, high: number, low: number, noise: number][] = [
  [[14, 9, 0, 2, 0, 0], 22050, 8, 4, 1],
  [[2, 4, 1, 0, 1, 0], 48000, 9, 5, 1],
  [[1, 2, 0, 0, 0, 1], 48000, 16, 8, 1],
  [[2, 7, 3, 0, 0, 0], 32000, 29, 15, 1],
  [[8, 2, 2, 1, 0, 3], 44100, 6, 3, 2],
  [[15, 6, 0, 3, 0, 1], 44100, 2, 1, 1],
  [[3, 2, 0, 0, 1, 2], 16000, 16, 8, 3],
  [[1, 10, 0, 2, 0, 1], 32000, 22, 11, 2],
  [[11, 14, 0, 3, 0, 1], 48000, 8, 4, 1],
  [[8, 14, 1, 2, 0, 3], 48000, 9, 5, 3],
  [[7, 7, 0, 1, 1, 1], 24000, 14, 7, 1],
  [[14, 3, 1, 0, 1, 3], 22050, 5, 3, 1],
  [[0, 1, 3, 3, 0, 0], 24000, 11, 6, 1],
];

for (const [header, rate, high, low, noise] of counts) {
  const [start = 0, stop = 0, crossover = 0, scale = 0, alter = 0, noiseBands = 0] = header;
  Deno.test(`computeBandCounts() of ${header} at ${rate} Hz`, () => {
    const parameters = { start, stop, crossover, scale, alter, noiseBands };
    assertEquals(computeBandCounts(parameters, rate), { high, low, noise });
  });
}

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

Deno.test("computeBandCounts() throws only MediaError for arbitrary headers", () => {
  const range = (count: number) => Array.from({ length: count }, (_, i) => i);
  for (const rate of [2, 14700, 16000, 22050, 24000, 32000, 44100, 48000]) {
    for (const header of range(2 ** 11)) {
      const [start, stop, rest] = [header & 15, (header >> 4) & 15, header >> 8];
      const parameters = {
        start,
        stop,
        crossover: rest,
        scale: rest & 3,
        alter: rest >> 2,
        noiseBands: 3,
      };
      try {
        const { high, low } = computeBandCounts(parameters, rate);
        assertEquals(high > 0 ? low : 0, high > 0 ? Math.ceil(high / 2) : 0);
      } catch (error) {
        if (!(error instanceof MediaError)) throw error;
      }
    }
  }
});
