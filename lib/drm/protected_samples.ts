/** Contiguous samples of a segment, which are encrypted where they are. */
export interface ProtectedSamples {
  /** Begins with the first sample. */
  readonly bytes: Uint8Array;
  readonly sizes: ArrayLike<number>;
  /** Clear and protected bytes of each sample, alternating, as in `SampleEncryption`; absent if whole samples are protected. */
  readonly subsamples?: readonly Uint32Array[];
}

/** Receives the index of a sample, and offset and size of a range in the bytes of all samples. */
type RangeVisitor = (sample: number, offset: number, size: number) => void;

/** Calls `visit` for each range of protected bytes in order, the ranges of a sample one after the other. */
export function forEachProtectedRange(
  { sizes, subsamples }: ProtectedSamples,
  visit: RangeVisitor,
): void {
  let start = 0;
  for (let sample = 0; sample < sizes.length; sample++) {
    if (subsamples) visitSubsamples(sample, { start, map: subsamples[sample]! }, visit);
    else visit(sample, start, sizes[sample]!);
    start += sizes[sample]!;
  }
}

function visitSubsamples(
  sample: number,
  { start, map }: { readonly start: number; readonly map: Uint32Array },
  visit: RangeVisitor,
): void {
  let offset = start;
  for (let i = 0; i < map.length; i += 2) {
    offset += map[i]!;
    if (map[i + 1]! > 0) visit(sample, offset, map[i + 1]!);
    offset += map[i + 1]!;
  }
}
