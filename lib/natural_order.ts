const COLLATOR = new Intl.Collator("en", { numeric: true });

/** Compares names as people order them: `part 2` precedes `part 10`. A total order, equal on every machine. */
export function compareNames(a: string, b: string): number {
  return COLLATOR.compare(a, b) || compareCodes(a, b);
}

function compareCodes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
