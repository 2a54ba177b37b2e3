/** SBR frequency bands (ISO/IEC 14496-3 §4.6.18.3), whose number determines the length of SBR data. */

import { MediaError } from "../../errors.ts";

export interface BandParameters {
  readonly start: number;
  readonly stop: number;
  readonly crossover: number;
  readonly scale: number;
  readonly alter: number;
  readonly noiseBands: number;
}

/** Offsets of bs_start_freq (§4.6.18.3.2) by maximum decoded rate in Hz. */
const START_OFFSETS: readonly [rate: number, offsets: readonly number[]][] = [
  [16000, [-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7]],
  [22050, [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 13]],
  [24000, [-5, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 13, 16]],
  [32000, [-6, -4, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 13, 16]],
  [64000, [-4, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 13, 16, 20]],
];

const SUBBANDS = 64;

const BANDS_PER_OCTAVE = [0, 12, 10, 8];

const MIN_TWO_REGION_RATIO = 2.2449;

/** Counts bands of high and low resolution and of noise. `rate` is the decoded rate in Hz, at most 48000. */
export function computeBandCounts(
  parameters: BandParameters,
  rate: number,
): { high: number; low: number; noise: number } {
  const master = computeMasterTable(parameters, rate);
  const high = master.length - 1 - parameters.crossover;
  const octaves = Math.log2(master.at(-1)! / master[parameters.crossover]!);
  const noise = Math.max(1, Math.round(parameters.noiseBands * octaves));
  return { high, low: Math.ceil(high / 2), noise };
}

/** First subband of each band, and end of the last. */
function computeMasterTable(parameters: BandParameters, rate: number): number[] {
  const first = computeFirstSubband(parameters.start, rate);
  const end = computeEndSubband(parameters.stop, first, rate);
  if (first <= 0 || end <= first) {
    throw new MediaError(`Cannot read SBR data from subband ${first} to ${end}`);
  }
  const { scale, alter } = parameters;
  const widths = scale === 0
    ? computeLinearWidths(end - first, alter + 1)
    : computeLogarithmicWidths(first, end, BANDS_PER_OCTAVE[scale]!, alter ? 1.3 : 1);
  const table = [first];
  for (const width of widths) table.push(table.at(-1)! + width);
  return table;
}

/** Returns half of the minimum start frequency in Hz, a quarter of the minimum stop frequency. */
function getMinFrequency(rate: number): number {
  return rate < 32000 ? 3000 : 4000;
}

function computeFirstSubband(start: number, rate: number): number {
  const [, offsets] = START_OFFSETS.find(([maxRate]) => rate <= maxRate)!;
  return Math.round(getMinFrequency(rate) * 2 * SUBBANDS / rate) + offsets[start]!;
}

function computeEndSubband(stop: number, first: number, rate: number): number {
  if (stop >= 14) return Math.min(SUBBANDS, (stop - 12) * first);
  const min = Math.round(getMinFrequency(rate) * 4 * SUBBANDS / rate);
  const steps = computeGeometricWidths(min, SUBBANDS, 13).slice(0, stop);
  return Math.min(SUBBANDS, steps.reduce((sum, step) => sum + step, min));
}

function computeGeometricWidths(from: number, to: number, count: number): number[] {
  const edges = Array.from(
    { length: count + 1 },
    (_, i) => Math.round(from * (to / from) ** (i / count)),
  );
  return edges.slice(1).map((edge, i) => edge - edges[i]!).sort((a, b) => a - b);
}

/** The first or last bands absorb the remainder. */
function computeLinearWidths(subbands: number, width: number): number[] {
  const pairs = subbands / (2 * width);
  const widths = Array<number>(2 * (width === 1 ? Math.floor(pairs) : Math.round(pairs))).fill(
    width,
  );
  const remainder = subbands - widths.length * width;
  for (let i = 0; i < Math.abs(remainder); i++) {
    if (remainder < 0) widths[i]!--;
    else widths[widths.length - 1 - i]!++;
  }
  return widths;
}

function computeLogarithmicWidths(
  first: number,
  end: number,
  bandsPerOctave: number,
  warp: number,
): number[] {
  const middle = end / first > MIN_TWO_REGION_RATIO ? 2 * first : end;
  const lower = computeGeometricWidths(
    first,
    middle,
    roundToEven(bandsPerOctave * Math.log2(middle / first)),
  );
  if (middle === end) return lower;
  const upper = computeGeometricWidths(
    middle,
    end,
    roundToEven(bandsPerOctave * Math.log2(end / middle) / warp),
  );
  const change = Math.min(
    Math.max(0, lower.at(-1)! - upper[0]!),
    Math.floor((upper.at(-1)! - upper[0]!) / 2),
  );
  upper[0]! += change;
  upper[upper.length - 1]! -= change;
  return [...lower, ...upper.sort((a, b) => a - b)];
}

function roundToEven(bands: number): number {
  return 2 * Math.round(bands / 2);
}
