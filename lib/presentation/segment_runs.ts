/**
 * Formats runs of equal duration, without an object per run: a long movie has thousands.
 *
 * @param boundaries segment starts and the end, in ticks
 * @param element formats a run; `time` is set for the first run only
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
