import { assertEquals, assertThrows } from "@std/assert";
import { computeBandCounts } from "../../../lib/codecs/aac/sbr_bands.ts";
import { MediaError } from "../../../lib/errors.ts";

/** Band counts, all but the last verified by ffmpeg's decoder, which finds parametric stereo after them. */
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
  // by hand: subbands 17 to 34 in 12 bands, to 64 in 2 * round(12 * log2(64 / 34) / 2.6)
  [[10, 13, 0, 1, 1, 1], 48000, 20, 10, 2],
];

for (const [header, rate, high, low, noise] of counts) {
  const [start = 0, stop = 0, crossover = 0, scale = 0, alter = 0, noiseBands = 0] = header;
  Deno.test(`computeBandCounts() of ${header} at ${rate} Hz`, () => {
    const parameters = { start, stop, crossover, scale, alter, noiseBands };
    assertEquals(computeBandCounts(parameters, rate), { high, low, noise });
  });
}

Deno.test("computeBandCounts() rejects a stop frequency at the start frequency", () => {
  // 12 + 20, and 23 (ISO/IEC 14496-3 §4.6.18.3.2)
  const header = { start: 15, stop: 0, crossover: 0, scale: 0, alter: 0, noiseBands: 0 };
  const message = "Cannot read SBR data from subband 32 to 23";
  assertThrows(() => computeBandCounts(header, 44100), MediaError, message);
});

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
