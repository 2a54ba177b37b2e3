import type { ProtectedSamples } from "../../lib/drm/protected_samples.ts";
import { Prng } from "../robustness/prng.ts";

export function randomBytes(random: Prng, size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, () => random.below(256));
}

/** Shape of random samples. */
export interface SampleShape {
  readonly seed: string;
  readonly samples: number;
  /** Sizes of ranges are in `[0, maxRange)`. */
  readonly maxRange: number;
  /** Number of subsamples is in `[0, maxSubsamples)`; 0: whole samples. */
  readonly maxSubsamples: number;
}

/** Builds samples whose bytes begin at an odd offset of their buffer. */
export function randomSamples(shape: SampleShape): ProtectedSamples {
  const random = new Prng(shape.seed);
  const subsamples = shape.maxSubsamples > 0
    ? Array.from({ length: shape.samples }, () => randomSubsamples(random, shape))
    : undefined;
  const sizes = subsamples?.map((map) => map.reduce((sum, count) => sum + count, 0)) ??
    Array.from({ length: shape.samples }, () => random.below(shape.maxRange));
  const size = sizes.reduce((sum, count) => sum + count, 0);
  const bytes = randomBytes(random, size + 3).subarray(3);
  return { bytes, sizes, ...subsamples && { subsamples } };
}

function randomSubsamples(random: Prng, { maxRange, maxSubsamples }: SampleShape): Uint32Array {
  const count = 2 * random.below(maxSubsamples);
  return Uint32Array.from({ length: count }, (_, i) => random.below(i % 2 ? maxRange : 40));
}

/** Lists the protected ranges of each sample, in the way that the standard describes them. */
export function listProtectedRanges(
  { bytes, sizes, subsamples }: ProtectedSamples,
): Uint8Array[][] {
  let start = 0;
  return Array.from(sizes, (size, i) => {
    const sample = bytes.subarray(start, start += size);
    if (!subsamples) return [sample];
    const ranges: Uint8Array[] = [];
    let at = 0;
    for (let j = 0; j < subsamples[i]!.length; j += 2) {
      at += subsamples[i]![j]!;
      ranges.push(sample.subarray(at, at += subsamples[i]![j + 1]!));
    }
    return ranges;
  });
}

/** Copies the samples, so that one of two equal ones can be encrypted. */
export function copySamples(samples: ProtectedSamples): ProtectedSamples {
  return { ...samples, bytes: samples.bytes.slice() };
}
