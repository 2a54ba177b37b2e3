/** Durations of segments, run by run. */

export interface Run {
  /** Start of the first, in ticks. */
  readonly time: number;
  readonly duration: number;
  /** At least 1. */
  readonly count: number;
}

/** Runs of equal durations between boundaries. */
export function segmentRuns(boundaries: Float64Array): Run[] {
  const runs: { time: number; duration: number; count: number }[] = [];
  for (let i = 1; i < boundaries.length; i++) {
    const duration = boundaries[i]! - boundaries[i - 1]!;
    const last = runs.at(-1);
    if (last?.duration === duration) last.count++;
    else runs.push({ time: boundaries[i - 1]!, duration, count: 1 });
  }
  return runs;
}
