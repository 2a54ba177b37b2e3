/** The clock of what a publisher sends: the UTC of its media times. All UTC is in µs since 1970. */

import { findMin } from "../../extremes.ts";
import { rescale } from "../../time.ts";

/** Readings of both clocks of the system at one moment. */
export interface Instant {
  /** In µs since 1970; may be set. */
  readonly utc: number;
  /** In µs from any start; never set. */
  readonly monotonic: number;
}

/** Where the UTC of media times comes from. */
export type ClockBasis = "media" | "prft" | "arrival";

/** The first fragment of a publisher, with times in µs. */
export interface FirstMedia {
  /** Presentation time of its first sample. */
  readonly time: number;
  readonly duration: number;
  /** From a prft: the UTC of a presentation time. */
  readonly reference?: { readonly utc: number; readonly time: number } | undefined;
}

const SECOND = 1e6;
const HOUR = 3600 * SECOND;
const MINUTE = 60 * SECOND;

/** Media of a clock that is further ahead would be available to players only later. */
const MAX_AHEAD = 10 * SECOND;

/** Converts a time of any size to µs. */
export function toMicroseconds(time: bigint, timescale: number): number {
  const [seconds, rest] = [time / BigInt(timescale), time % BigInt(timescale)];
  return Number(seconds) * SECOND + rescale(Number(rest), timescale, SECOND);
}

/** Ticks: a time that is further from what is expected has not wrapped. Three hours of 48 kHz. */
const MAX_DISTANCE = 1n << 29n;
const WRAP = 1n << 32n;

/** Returns a decode time of 32 bits with the wraps that bring it near `expected`; unchanged if none does. */
export function unwrapTime(time: bigint, expected: bigint): bigint {
  const wraps = (expected - time + MAX_DISTANCE) / WRAP;
  const unwrapped = time + wraps * WRAP;
  const distance = unwrapped - expected;
  return distance >= -MAX_DISTANCE && distance <= MAX_DISTANCE ? unwrapped : time;
}

/** Runs by media time alone, until it is corrected. */
export class MediaClock {
  readonly basis: ClockBasis;
  /** UTC − media time. */
  #offset: number;
  /** Added to `#offset` by `correct()`. */
  #correction = 0;
  readonly #lag = new LagMonitor();

  constructor(first: FirstMedia, { utc }: Instant) {
    const { time, duration, reference } = first;
    const isUtc = time - utc <= MAX_AHEAD && utc - time <= HOUR;
    this.basis = isUtc ? "media" : reference ? "prft" : "arrival";
    this.#offset = this.basis === "media"
      ? 0
      : reference
      ? reference.utc - reference.time
      : utc - duration - time;
  }

  toUtc(mediaTime: number): number {
    return mediaTime + this.#offset;
  }

  /**
   * Records the arrival of a sample that ends at `mediaTime`. Returns true once a correction of 2 s or more is due, since the
   * encoder's clock has drifted.
   */
  record(mediaTime: number, { utc, monotonic }: Instant): boolean {
    const lag = utc - this.toUtc(mediaTime) - this.#correction;
    const movement = this.#lag.record(lag, monotonic);
    this.#correction += movement;
    return movement !== 0;
  }

  /** The system's clock was set forward by `step`: a correction is due. */
  step(step: number): void {
    this.#correction += step;
  }

  get needsCorrection(): boolean {
    return this.#correction !== 0;
  }

  /** Applies the correction that is due, between periods. */
  correct(): void {
    this.#offset += this.#correction;
    this.#correction = 0;
  }
}

/** Part of a minute whose minimum is remembered. */
const BUCKET = 5 * SECOND;
const BUCKETS = MINUTE / BUCKET;
const MAX_MOVEMENT = 2 * SECOND;

/** Notices that the minimum lag over a minute has moved. Single late fragments do not change it. */
export class LagMonitor {
  /** Minimum of each bucket that has a fragment, oldest first. */
  #buckets: { readonly start: number; min: number }[] = [];
  #first: number | undefined;
  #reference: number | undefined;

  /**
   * Records a lag in µs. Returns by how much the minimum has moved if that is 2 s or more, else 0. The lags after that are expected
   * to be less by as much.
   */
  record(lag: number, monotonic: number): number {
    this.#first ??= monotonic;
    const start = Math.floor(monotonic / BUCKET);
    const bucket = this.#buckets.at(-1);
    if (bucket?.start === start) bucket.min = Math.min(bucket.min, lag);
    else this.#buckets.push({ start, min: lag });
    while (this.#buckets[0]!.start <= start - BUCKETS) this.#buckets.shift();
    if (monotonic - this.#first < MINUTE) return 0;
    const min = findMin(this.#buckets.map(({ min }) => min));
    this.#reference ??= min;
    const movement = min - this.#reference;
    if (Math.abs(movement) < MAX_MOVEMENT) return 0;
    for (const bucket of this.#buckets) bucket.min -= movement;
    return movement;
  }
}

const MIN_STEP = SECOND;

/** Notices that the system's clock was set. Slewing by NTP, at most 500 ppm, does not count. */
export class SystemClock {
  #last: Instant | undefined;

  /** Returns by how many µs the clock was set forward since the last call if that is a second or more, else 0. */
  check(now: Instant): number {
    const last = this.#last ?? now;
    this.#last = now;
    const step = now.utc - last.utc - (now.monotonic - last.monotonic);
    return Math.abs(step) >= MIN_STEP ? step : 0;
  }
}
