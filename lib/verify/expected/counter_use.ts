/** Finds counters that encrypt two plaintexts under one key, which would reveal both (23001-7 §9.3). */

/** IVs of 8 bytes for consecutive samples, each with `start` plus the index of the sample, modulo 2^64. */
interface Band {
  readonly rendition: string;
  /** IV of the sample of index 0. */
  readonly start: bigint;
  first: number;
  end: number;
}

/** Samples of a rendition in a segment. Blocks of a sample are counted behind its IV, so that IVs need only differ. */
export interface CountedSamples {
  readonly kid: string;
  readonly rendition: string;
  /** Index of the first sample in its track. */
  readonly first: number;
  readonly ivs: readonly bigint[];
}

/** Sees the IVs of all samples of an asset. Formats share the IV of a sample, since they share its plaintext. */
export class CounterUse {
  readonly #bands = new Map<string, Band[]>();

  /** Returns the rendition, and the index of its sample, that uses an IV of these samples as well. */
  add({ kid, rendition, first, ivs }: CountedSamples): Collision | undefined {
    const bands = this.#bands.get(kid) ?? [];
    this.#bands.set(kid, bands);
    let collision: Collision | undefined;
    for (const [i, iv] of ivs.entries()) {
      const index = first + i;
      const band = this.#extend(bands, { rendition, start: wrap(iv - BigInt(index)), index });
      collision ??= findCollision(bands, band, index);
    }
    return collision;
  }

  #extend(
    bands: Band[],
    { rendition, start, index }: { rendition: string; start: bigint; index: number },
  ): Band {
    const known = bands.find((band) => band.start === start && band.rendition === rendition);
    const band = known ?? { rendition, start, first: index, end: index };
    if (!known) bands.push(band);
    band.first = Math.min(band.first, index);
    band.end = Math.max(band.end, index + 1);
    return band;
  }
}

export interface Collision {
  /** Sample of these that has the IV. */
  readonly index: number;
  readonly rendition: string;
  readonly sample: number;
}

function findCollision(
  bands: readonly Band[],
  own: Band,
  index: number,
): Collision | undefined {
  for (const band of bands) {
    if (band === own) continue;
    const sample = Number(wrap(own.start + BigInt(index) - band.start));
    if (sample >= band.first && sample < band.end) {
      return { index, rendition: band.rendition, sample };
    }
  }
  return undefined;
}

function wrap(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
