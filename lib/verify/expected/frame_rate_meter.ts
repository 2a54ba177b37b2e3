/** Measures the frame rate by the durations of samples. */

/** Relative: timescales of 1000 are inexact, and HLS has three digits; 30 and 30000/1001 differ by twice as much. */
const MAX_RATE_DEVIATION = 0.0005;

export class FrameRateMeter {
  readonly #counts = new Map<number, number>();
  #frames = 0;
  #ticks = 0;

  constructor(readonly timescale: number) {}

  /** @param durations in ticks */
  add(durations: Iterable<number>): void {
    for (const duration of durations) {
      this.#counts.set(duration, (this.#counts.get(duration) ?? 0) + 1);
      this.#frames++;
      this.#ticks += duration;
    }
  }

  get mean(): number {
    return this.#frames * this.timescale / this.#ticks;
  }

  /** Rate of the frames that are in the middle if all are sorted by duration. */
  get median(): number {
    let before = 0;
    for (const [duration, count] of [...this.#counts].sort(([a], [b]) => a - b)) {
      before += count;
      if (2 * before > this.#frames) return this.timescale / duration;
    }
    return NaN;
  }

  /** Accepts also greater rates, up to that of the shortest frame, and what is rounded to three decimals. */
  acceptsPeak(rate: number): boolean {
    if (Math.abs(rate - this.mean) <= 0.0005) return true;
    let shortest = Infinity;
    for (const duration of this.#counts.keys()) {
      if (duration > 0) shortest = Math.min(shortest, duration);
    }
    const max = this.timescale / shortest;
    return this.accepts(rate) || rate > this.mean && rate <= max * (1 + MAX_RATE_DEVIATION);
  }

  /**
   * Accepts the mean, and the median, since edited movies have gaps. Without a frame, no rate is expected.
   *
   * @param rate NaN if none is declared
   */
  accepts(rate: number): boolean {
    if (this.#frames === 0) return Number.isNaN(rate);
    return [this.mean, this.median].some((measured) =>
      Math.abs(rate / measured - 1) <= MAX_RATE_DEVIATION
    );
  }
}
