/** Huffman codebooks of AAC (ISO/IEC 14496-3 annex 4.A), canonical and complete, as numbers of codewords per length. */

import type { BitReader } from "../../bits.ts";

const SCALE_FACTORS = [1, 0, 1, 3, 2, 4, 3, 5, 4, 6, 6, 6, 5, 8, 4, 7, 3, 7, 46];

const SPECTRAL = [
  [],
  [1, 0, 0, 0, 8, 0, 24, 0, 24, 8, 16],
  [0, 0, 1, 1, 7, 24, 15, 19, 14],
  [1, 0, 0, 4, 2, 6, 3, 5, 15, 15, 8, 9, 3, 3, 5, 2],
  [0, 0, 0, 10, 6, 0, 9, 21, 8, 14, 11, 2],
  [1, 0, 0, 4, 4, 0, 4, 12, 12, 12, 18, 10, 4],
  [0, 0, 0, 9, 0, 16, 13, 8, 23, 8, 4],
  [1, 0, 2, 1, 0, 4, 5, 10, 14, 15, 8, 4],
  [0, 0, 1, 5, 7, 10, 14, 15, 8, 4],
  [1, 0, 2, 1, 0, 4, 3, 8, 11, 20, 31, 38, 32, 14, 4],
  [0, 0, 0, 3, 8, 14, 17, 25, 31, 41, 22, 8],
  [0, 0, 0, 2, 6, 7, 16, 59, 55, 95, 43, 6],
];

/** Envelopes in steps of 1.5 dB and 3 dB, and noise (annex 4.A.6); delta over time or over frequency. */
export const SBR_CODEBOOKS = {
  fineTime: [0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 2, 3, 4, 2, 7, 4, 8, 72],
  fineFrequency: [0, 2, 2, 2, 2, 2, 1, 3, 3, 2, 4, 4, 4, 3, 2, 5, 6, 13, 15, 46],
  coarseTime: [1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 2, 1, 2, 5, 1, 4, 2, 3, 34],
  coarseFrequency: [1, 1, 1, 1, 1, 1, 0, 2, 2, 2, 2, 2, 1, 2, 3, 4, 4, 7, 10, 16],
  noiseTime: [1, 1, 1, 1, 1, 1, 0, 2, 0, 1, 1, 0, 51, 2],
};

/** Nonzero coefficients (with a sign bit) of each codeword in unsigned codebooks, plus 3 per escaped coefficient. */
const SIGNS_AND_ESCAPES: Record<number, string> = {
  3: "011112222232343311223232331221224334323244332333223243344233333344442233434443233",
  4: "433331202222121144443333333333332222222222221111444444333333333433344422222243333",
  7: "0112221122211222222221122212122222222211222222222222112222222222",
  8: "2212120112222222221122222222221212222222121222222222221212222112",
  9: "01122211222112222222211222222212122222222122222222122212222122221122222222222221222122" +
    "22222222222222222212212222222122222222222222212212222122222222222222222222222222222",
  10: "22221122222112222022112222222222221212222222222221212222222222222222221222221222222222" +
    "22222222121222222212222221222222222222222221212122222222222222212122212221222222122",
  11: "02811222222121222222211222222222222222555552512152555522222552255522525552522552221552" +
    "22212552252522222225221222222122222222222222122222222222422222242122222222222222222222" +
    "22222222221222222222222222222122222222222222222222222222211222222222222222222222222221" +
    "2212122212222211222212212112112",
};

const ESCAPED = 16;
const LAST_SPECTRAL = 11;

const LAST_QUAD = 4;

export function isSpectral(codebook: number): boolean {
  return codebook >= 1 && codebook <= LAST_SPECTRAL;
}

export function skipScaleFactor(r: BitReader): void {
  readCodeword(r, SCALE_FACTORS);
}

export function skipCoefficients(r: BitReader, codebook: number, count: number): void {
  const lengths = SPECTRAL[codebook]!;
  const digits = SIGNS_AND_ESCAPES[codebook];
  for (let left = count; left > 0; left -= codebook <= LAST_QUAD ? 4 : 2) {
    const codeword = readCodeword(r, lengths);
    if (digits) skipSignsAndEscapes(r, codebook, Number(digits[codeword]));
  }
}

function skipSignsAndEscapes(r: BitReader, codebook: number, digit: number): void {
  if (codebook < LAST_SPECTRAL) return r.skip(digit);
  const escapes = Math.floor(digit / 3);
  r.skip(digit - 3 * escapes);
  for (let i = 0; i < escapes; i++) skipEscape(r);
}

/** Escape sequence of n ones, a zero and n + 4 bits (§4.6.3.3). */
function skipEscape(r: BitReader): void {
  let bits = Math.log2(ESCAPED);
  while (r.bit()) bits++;
  r.skip(bits);
}

/** Returns the index of the next codeword. `lengths` counts the codewords of each length. */
export function readCodeword(r: BitReader, lengths: readonly number[]): number {
  let code = 0;
  let firstCode = 0;
  let firstIndex = 0;
  for (const count of lengths) {
    code = 2 * code + r.bit();
    if (code - firstCode < count) return firstIndex + code - firstCode;
    firstIndex += count;
    firstCode = 2 * (firstCode + count);
  }
  throw new Error(`Cannot find a codeword: the codebook of ${firstIndex} is incomplete`);
}
