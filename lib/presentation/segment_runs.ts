/** Durations of segments, run by run. */

/**
 * Elements for the runs of equal durations between boundaries. A long title has thousands: nothing is made for one but its text.
 *
 * @param element of a run: its duration in ticks, how many segments, and, of the first run alone, where it starts
 */
export function formatRuns(
  boundaries: Float64Array,
  element: (duration: number, count: number, time?: number) => string,
): string {
  let text = "";
  let end = 1;
  for (let i = 1; i < boundaries.length; i = end) {
    const duration = boundaries[i]! - boundaries[i - 1]!;
    for (end = i + 1; end < boundaries.length; end++) {
      if (boundaries[end]! - boundaries[end - 1]! !== duration) break;
    }
    text += element(duration, end - i, i === 1 ? boundaries[0]! : undefined);
  }
  return text;
}
