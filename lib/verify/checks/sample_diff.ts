/** Aligns the samples of a segment with those of the source. */

const MAX_DISTANCE = 32;

/** Indexes of samples that were read (`got`, `repeated`, `extra`) and of the source (`lost`, `moved`). */
export interface SampleDiff {
  /** Equal bytes, or different ones at the same position. */
  readonly pairs: readonly SamplePair[];
  readonly lost: readonly number[];
  readonly moved: readonly number[];
  readonly repeated: readonly number[];
  readonly extra: readonly number[];
}

export interface SamplePair {
  readonly got: number;
  readonly source: number;
  readonly equal: boolean;
}

export interface SampleCounts {
  readonly got: number;
  readonly source: number;
  /** Source samples after the last read one may follow later, and are not lost. */
  readonly open?: boolean | undefined;
}

export function diffSamples(
  { got, source, open = false }: SampleCounts,
  equal: (got: number, source: number) => boolean,
): SampleDiff {
  const pairs: SamplePair[] = [];
  const skipped: number[] = [];
  const surplus: number[] = [];
  for (let [g, s] = [0, 0]; g < got || s < source && !open;) {
    if (g < got && s < source && equal(g, s)) pairs.push({ got: g++, source: s++, equal: true });
    else {
      const nextSource = g < got ? findNear(s + 1, source, (i) => equal(g, i)) : source;
      const nextGot = s < source ? findNear(g + 1, got, (i) => equal(i, s)) : got;
      if (nextSource < source || g >= got) { while (s < nextSource) skipped.push(s++); }
      else if (nextGot < got || s >= source) { while (g < nextGot) surplus.push(g++); }
      else pairs.push({ got: g++, source: s++, equal: false });
    }
  }
  return { pairs, ...classifyUnpaired(skipped, surplus, { source, equal }) };
}

function findNear(start: number, end: number, matches: (index: number) => boolean): number {
  for (let i = start; i < Math.min(end, start + MAX_DISTANCE); i++) if (matches(i)) return i;
  return end;
}

function classifyUnpaired(
  skipped: readonly number[],
  surplus: readonly number[],
  { source, equal }: { source: number; equal: (got: number, source: number) => boolean },
): Omit<SampleDiff, "pairs"> {
  const moved = new Set<number>();
  const [repeated, extra]: [number[], number[]] = [[], []];
  const isNear = (g: number) => {
    for (let s = Math.max(0, g - MAX_DISTANCE); s < Math.min(source, g + MAX_DISTANCE); s++) {
      if (equal(g, s)) return true;
    }
    return false;
  };
  for (const g of surplus) {
    const from = skipped.find((s) => !moved.has(s) && equal(g, s));
    if (from !== undefined) moved.add(from);
    else if (isNear(g)) repeated.push(g);
    else extra.push(g);
  }
  const lost = skipped.filter((s) => !moved.has(s));
  return { lost, moved: [...moved], repeated, extra };
}
