/** Returns the index of the last number ≤ `value` in an ascending list; -1 if there is none. */
export function binarySearchLessOrEqual(
  list: { readonly [i: number]: number; readonly length: number },
  value: number,
): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
