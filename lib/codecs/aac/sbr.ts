/** SBR data of one channel (sbr_extension_data(), ISO/IEC 14496-3 §4.4.2.8). */

import type { BitReader } from "../../bits.ts";
import { MediaError } from "../../errors.ts";
import { readCodeword, SBR_CODEBOOKS } from "./codebooks.ts";
import { computeBandCounts } from "./sbr_bands.ts";

const INVERSE_FILTERING_BITS = 2;
const BORDER_BITS = 2;
const EXTENSION_PS = 2;

/**
 * Finds parametric stereo in SBR data. `rate` is the decoded rate in Hz, at most 48000.
 *
 * @throws MediaError if the data is truncated or has no header
 */
export function hasParametricStereo(r: BitReader, rate: number): boolean {
  if (!r.bit()) throw new MediaError("Cannot read SBR data without its header");
  const { fine, counts } = readHeader(r, rate);
  const hasReservedBits = r.bit();
  if (hasReservedBits) r.skip(4);
  const grid = readGrid(r);
  const overTime = grid.envelopes.map(() => r.bit());
  const noiseOverTime = Array.from({ length: grid.noiseFloors }, () => r.bit());
  r.skip(INVERSE_FILTERING_BITS * counts.noise);
  const books = fine || grid.isSingle ? FINE : COARSE;
  grid.envelopes.forEach((high, i) =>
    skipValues(r, books[overTime[i]!]!, high ? counts.high : counts.low)
  );
  for (const along of noiseOverTime) skipValues(r, NOISE[along]!, counts.noise);
  const hasHarmonics = r.bit();
  if (hasHarmonics) r.skip(counts.high);
  const isExtended = r.bit();
  if (!isExtended) return false;
  const extensionSize = r.bits(4);
  if (extensionSize === 15) r.skip(8);
  return r.bits(2) === EXTENSION_PS;
}

function readHeader(r: BitReader, rate: number) {
  const fine = r.bit() === 0;
  const [start, stop, crossover] = [r.bits(4), r.bits(4), r.bits(3)];
  r.skip(2);
  const [bandsFollow, limitsFollow] = [r.bit(), r.bit()];
  const [scale, alter, noiseBands] = bandsFollow ? [r.bits(2), r.bit(), r.bits(2)] : [2, 1, 2];
  if (limitsFollow) r.skip(6);
  const counts = computeBandCounts({ start, stop, crossover, scale, alter, noiseBands }, rate);
  if (!(counts.high > 0)) throw new MediaError("Cannot read SBR data without bands");
  return { fine, counts };
}

interface Grid {
  /** bs_freq_res. */
  readonly envelopes: readonly number[];
  readonly noiseFloors: number;
  /** Always in steps of 1.5 dB. */
  readonly isSingle: boolean;
}

function readGrid(r: BitReader): Grid {
  const [leading, trailing] = [r.bit(), r.bit()];
  if (!leading && !trailing) {
    const envelopes = Array<number>(2 ** r.bits(2)).fill(r.bit());
    return {
      envelopes,
      noiseFloors: countNoiseFloors(envelopes),
      isSingle: envelopes.length === 1,
    };
  }
  r.skip(BORDER_BITS * (leading + trailing));
  const [before, after] = [leading ? r.bits(2) : 0, trailing ? r.bits(2) : 0];
  r.skip(BORDER_BITS * (before + after));
  const count = before + after + 1;
  r.skip(Math.ceil(Math.log2(count + 1))); // bs_pointer
  const envelopes = Array.from({ length: count }, () => r.bit());
  if (!leading) envelopes.reverse(); // coded backward
  return { envelopes, noiseFloors: countNoiseFloors(envelopes), isSingle: false };
}

function countNoiseFloors(envelopes: readonly number[]): number {
  return envelopes.length > 1 ? 2 : 1;
}

/** Delta over frequency from a start value, or delta over time. */
interface Coding {
  readonly startBits: number;
  readonly lengths: readonly number[];
}

const FINE: readonly Coding[] = [
  { startBits: 7, lengths: SBR_CODEBOOKS.fineFrequency },
  { startBits: 0, lengths: SBR_CODEBOOKS.fineTime },
];
const COARSE: readonly Coding[] = [
  { startBits: 6, lengths: SBR_CODEBOOKS.coarseFrequency },
  { startBits: 0, lengths: SBR_CODEBOOKS.coarseTime },
];
const NOISE: readonly Coding[] = [
  { startBits: 5, lengths: SBR_CODEBOOKS.coarseFrequency },
  { startBits: 0, lengths: SBR_CODEBOOKS.noiseTime },
];

function skipValues(r: BitReader, { startBits, lengths }: Coding, bands: number): void {
  r.skip(startBits);
  for (let band = startBits ? 1 : 0; band < bands; band++) readCodeword(r, lengths);
}
