/** Reproducible pseudo-random numbers. */

const FNV_OFFSET = 0x811C9DC5;
const FNV_PRIME = 0x01000193;

/** Pseudo-random number generator: mulberry32, whose first state is the FNV-1a hash of a text. */
export class Prng {
  #state: number;

  /** @param seed any text */
  constructor(seed: string) {
    this.#state = FNV_OFFSET;
    for (let i = 0; i < seed.length; i++) {
      this.#state = Math.imul(this.#state ^ seed.charCodeAt(i), FNV_PRIME);
    }
  }

  /** Integer in `[0, end)`. */
  below(end: number): number {
    return Math.floor(this.#mix(0x6D2B79F5) / 2 ** 32 * end);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** Returns a copy in random order. */
  shuffle<T>(list: readonly T[]): T[] {
    const copy = [...list];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [copy[i], copy[j]] = [copy[j]!, copy[i]!];
    }
    return copy;
  }

  #mix(step: number): number {
    this.#state = (this.#state + step) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}
