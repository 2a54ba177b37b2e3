import { assertEquals, assertThrows } from "@std/assert";
import { BitReader } from "../../../lib/bits.ts";
import {
  isSpectral,
  readCodeword,
  SBR_CODEBOOKS,
  skipCoefficients,
  skipScaleFactor,
} from "../../../lib/codecs/aac/codebooks.ts";
import { bytesOf } from "../entry.ts";

/** Canonical codebook of 0, 10, 110 and 111. */
const LENGTHS = [1, 1, 2];

for (const [index, codeword] of ["0", "10", "110", "111"].entries()) {
  Deno.test(`readCodeword() reads ${codeword} as ${index}`, () => {
    const r = new BitReader(bytesOf(codeword));
    assertEquals([readCodeword(r, LENGTHS), r.position], [index, codeword.length]);
  });
}

Deno.test("readCodeword() throws an internal error for an incomplete codebook", () => {
  assertThrows(() => readCodeword(new BitReader(bytesOf("11")), [1, 0]), Error, "incomplete");
});

/** Numbers of codewords: values from -60 to 60, and from -31 to 31. */
const sbr: [book: keyof typeof SBR_CODEBOOKS, codewords: number][] = [
  ["fineTime", 121],
  ["fineFrequency", 121],
  ["coarseTime", 63],
  ["coarseFrequency", 63],
  ["noiseTime", 63],
];

for (const [book, codewords] of sbr) {
  Deno.test(`SBR_CODEBOOKS.${book} is a complete codebook of ${codewords}`, () => {
    const lengths = SBR_CODEBOOKS[book];
    const share = lengths.reduce((sum, count, i) => sum + count / 2 ** (i + 1), 0);
    assertEquals([share, lengths.reduce((sum, count) => sum + count)], [1, codewords]);
  });
}

/** Bits of the first codewords of ISO/IEC 14496-3 annex 4.A, followed by signs. */
const coefficients: [codebook: number, count: number, bits: string][] = [
  [1, 4, "0"], // (0, 0, 0, 0)
  [3, 4, "0"], // (0, 0, 0, 0)
  [3, 4, "1000" + "1"], // one nonzero coefficient with a sign
  [7, 4, "0" + "0"], // two pairs of (0, 0)
  [11, 2, "0000"], // (0, 0)
  [11, 2, "00100" + "11" + "0" + "1111" + "0" + "0000"], // (16, 16): signs, two escapes
];

for (const [codebook, count, bits] of coefficients) {
  Deno.test(`skipCoefficients() skips ${bits} of codebook ${codebook}`, () => {
    const r = new BitReader(bytesOf(bits + "1".repeat(32)));
    skipCoefficients(r, codebook, count);
    assertEquals(r.position, bits.length);
  });
}

Deno.test("skipScaleFactor() skips a difference of 0", () => {
  const r = new BitReader(bytesOf("0" + "1".repeat(7)));
  skipScaleFactor(r);
  assertEquals(r.position, 1);
});

Deno.test("isSpectral() accepts codebooks 1 to 11", () => {
  assertEquals([0, 1, 11, 13].map(isSpectral), [false, true, true, false]);
});
