/** Which of the samples that were read back is which of the source's. */

/** Samples that are skipped, at most, until two are equal again. */
const WINDOW = 32;

export interface SampleDiff {
  /** Equal ones, or such as stand where the other should. */
  readonly pairs: readonly SamplePair[];
  /** Of the source, that are nowhere. */
  readonly lost: readonly number[];
  /** Of the source, that stand elsewhere. */
  readonly moved: readonly number[];
  /** Read back, that are there already. */
  readonly repeated: readonly number[];
  /** Read back, that the source has not. */
  readonly extra: readonly number[];
}

export interface SamplePair {
  readonly got: number;
  readonly source: number;
  readonly equal: boolean;
}

/** How many there are of both. */
export interface Counts {
  readonly got: number;
  readonly source: number;
  /** What of the source comes behind the last of `got` is not missed. */
  readonly open?: boolean | undefined;
}

/**
 * Pairs what was read back with the source, both in order.
 *
 * @param equal whether they have the same bytes
 */
export function diffSamples(
  { got, source, open = false }: Counts,
  equal: (got: number, source: number) => boolean,
): SampleDiff {
  const pairs: SamplePair[] = [];
  const skipped: number[] = [];
  const surplus: number[] = [];
  for (let [g, s] = [0, 0]; g < got || s < source && !open;) {
    if (g < got && s < source && equal(g, s)) pairs.push({ got: g++, source: s++, equal: true });
    else {
      const ahead = g < got ? find(s + 1, source, (at) => equal(g, at)) : source;
      const behind = s < source ? find(g + 1, got, (at) => equal(at, s)) : got;
      if (ahead < source || g >= got) { while (s < ahead) skipped.push(s++); }
      else if (behind < got || s >= source) { while (g < behind) surplus.push(g++); }
      else pairs.push({ got: g++, source: s++, equal: false });
    }
  }
  return { pairs, ...told(skipped, surplus, { source, equal }) };
}

/** The first place from `start` on where `is` holds; `end` where there is none near. */
function find(start: number, end: number, is: (at: number) => boolean): number {
  for (let at = start; at < Math.min(end, start + WINDOW); at++) if (is(at)) return at;
  return end;
}

/** What became of those without a partner. */
function told(
  skipped: readonly number[],
  surplus: readonly number[],
  { source, equal }: { source: number; equal: (got: number, source: number) => boolean },
): Omit<SampleDiff, "pairs"> {
  const moved = new Set<number>();
  const [repeated, extra]: [number[], number[]] = [[], []];
  const isNear = (g: number) => {
    for (let s = Math.max(0, g - WINDOW); s < Math.min(source, g + WINDOW); s++) {
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
