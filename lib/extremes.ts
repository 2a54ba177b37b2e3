/** Greatest and least of a list of any length, which `Math.max(...list)` puts on the stack. */

/** Returns `otherwise` if all values are less, or there is none. */
export function findMax(values: readonly number[], otherwise = -Infinity): number {
  let max = otherwise;
  for (const value of values) max = Math.max(max, value);
  return max;
}

/** Returns Infinity if there is none. */
export function findMin(values: readonly number[]): number {
  let min = Infinity;
  for (const value of values) min = Math.min(min, value);
  return min;
}
