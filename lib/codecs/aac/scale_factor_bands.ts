/** Scale factor bands of AAC (ISO/IEC 14496-3 tables 4.129 to 4.147). */

/** Offsets in coefficients. */
export interface ScaleFactorBands {
  readonly minCoreRate: number;
  readonly long: readonly number[];
  readonly short: readonly number[];
}

const BANDS: readonly ScaleFactorBands[] = [
  {
    minCoreRate: 18783,
    long: toOffsets(
      ...[[4, 11], [8, 10], [12, 4], [16, 3], [20, 2], [24, 2], [28, 2], [32, 1], [36, 2]],
      ...[[40, 1], [44, 1], [48, 1], [52, 2], [64, 5]],
    ),
    short: toOffsets([4, 7], [8, 3], [12, 2], [16, 2], [20, 1]),
  },
  {
    minCoreRate: 9391,
    long: toOffsets(
      ...[[8, 11], [12, 9], [16, 4], [20, 3], [24, 2], [28, 2], [32, 1], [36, 1], [40, 2]],
      ...[[44, 1], [48, 1], [52, 1], [56, 1], [60, 1], [64, 3]],
    ),
    short: toOffsets([4, 8], [8, 2], [12, 2], [16, 1], [20, 2]),
  },
  {
    minCoreRate: 0,
    long: toOffsets(
      ...[[12, 13], [16, 7], [20, 4], [24, 3], [28, 2], [32, 1], [36, 2], [40, 1], [44, 1]],
      ...[[48, 1], [52, 1], [56, 1], [60, 1], [64, 1], [80, 1]],
    ),
    short: toOffsets([4, 7], [8, 4], [12, 1], [16, 1], [20, 2]),
  },
];

function toOffsets(...runs: number[][]): number[] {
  const starts = [0];
  for (const [width = 0, count = 0] of runs) {
    for (let i = 0; i < count; i++) starts.push(starts.at(-1)! + width);
  }
  return starts;
}

/** @param coreRate in Hz, at most 24000 */
export function getScaleFactorBands(coreRate: number): ScaleFactorBands {
  return BANDS.find(({ minCoreRate }) => coreRate >= minCoreRate)!;
}
