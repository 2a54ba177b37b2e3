/** Puts the fragments of a track in order: drops repeats, waits for missing ones, finds holes. */

import { findMin } from "../../extremes.ts";
import {
  countSamples,
  hashSample,
  isSyncSample,
  type LiveSamples,
  measureSamples,
  sliceSamples,
  sumDurations,
} from "../media/live_samples.ts";

/** Samples in order of decoding, each after those before. Times are in ticks from the start of the publisher's timeline. */
export interface QueuedSamples {
  readonly samples: LiveSamples;
  /** Decode time of the first sample. */
  readonly time: number;
  /** When the last byte arrived, in µs since 1970. */
  readonly arrival: number;
  /** True if more than 0.1 s is missing before the first sample. */
  readonly followsHole: boolean;
  /** True if they start a fragment, and not after samples that were dropped. */
  readonly startsFragment: boolean;
  /** True if they end a fragment. */
  readonly endsFragment: boolean;
}

/** A fragment whose decode time is known. */
export interface TimedFragment {
  readonly samples: LiveSamples;
  readonly time: number;
  readonly arrival: number;
  /** True if it does not wait for what is missing before it. */
  readonly isNext?: boolean | undefined;
  /** Encoder that has sent it, if several may: samples of one do not depend on those of another. */
  readonly source?: object | undefined;
}

export interface QueueOptions {
  readonly timescale: number;
  /** How long a fragment after a hole waits for the missing one, in seconds: two segments. */
  readonly patience: number;
}

/** In seconds. The sample before a shorter hole or overlap lasts longer or shorter. */
export const MAX_GAP = 0.1;

/** In seconds: encoders with the same times may round them differently. */
const MAX_ROUNDING = 0.001;

/** Bytes of fragments that wait for a missing one. */
const MAX_WAITING_BYTES = 64 * 2 ** 20;

/** Fragments that wait for a missing one: ten minutes of audio packets would be more. */
const MAX_WAITING = 1000;

/** Samples whose digests are remembered: a second of any encoder has less. */
const MAX_RECENT = 2 ** 16;

interface WaitingFragment extends TimedFragment {
  /** In µs, of the monotonic clock. */
  readonly since: number;
}

export class TrackQueue {
  readonly #timescale: number;
  readonly #patience: number;
  #waiting: WaitingFragment[] = [];
  #lastTime = -Infinity;
  #lastDuration = 0;
  #edge: number | undefined;
  /** Encoder of the last sample in order. */
  #source: object | undefined;
  readonly #recent = new RecentSamples();
  /** Samples that came again, or when later ones were stored. */
  repeated = 0;

  constructor({ timescale, patience }: QueueOptions) {
    this.#timescale = timescale;
    this.#patience = patience;
  }

  /** End of the last sample in order; undefined before the first. */
  get edge(): number | undefined {
    return this.#edge;
  }

  /** Fragments that wait for a missing one, in order. */
  get waiting(): readonly TimedFragment[] {
    return this.#waiting;
  }

  get waitingBytes(): number {
    return this.#waiting.reduce((sum, { samples }) => sum + measureSamples(samples), 0);
  }

  /** Goes on after samples that end at `edge`, which were stored before a restart. */
  resumeAt(edge: number): void {
    this.#edge = edge;
    this.#lastTime = edge - 1;
  }

  /** Adds a fragment, and returns what is in order now. */
  add(fragment: TimedFragment, monotonic: number): QueuedSamples[] {
    this.#waiting.push({ ...fragment, since: monotonic });
    this.#waiting.sort((a, b) => a.time - b.time);
    return this.release(monotonic);
  }

  /** Returns what has waited long enough for a missing fragment, or need not wait any more. */
  release(monotonic: number): QueuedSamples[] {
    const released: QueuedSamples[] = [];
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const isHole = this.#edge !== undefined && next.time > this.#edge + this.#maxGap;
      if (isHole && !next.isNext && !this.#isOverdue(monotonic)) break;
      this.#waiting.shift();
      const queued = this.#accept(next, isHole);
      if (queued) released.push(queued);
    }
    return released;
  }

  /** Returns all that waits, at the end of a stream. */
  flush(): QueuedSamples[] {
    return this.release(Infinity);
  }

  /**
   * Returns true if the first sample of a fragment is not the one that was stored with its time, since the encoder has started
   * again with other times.
   */
  contradicts({ samples, time }: Pick<TimedFragment, "samples" | "time">): boolean {
    if (this.#edge === undefined || time >= this.#edge - this.#lastDuration / 2) return false;
    if (time < this.#edge - this.#patience * this.#timescale) return true;
    return this.#recent.find(time) !== hashSample(samples.data.subarray(0, samples.sizes[0]));
  }

  get #maxGap(): number {
    return MAX_GAP * this.#timescale;
  }

  #isOverdue(monotonic: number): boolean {
    const since = findMin(this.#waiting.map(({ since }) => since));
    const last = this.#waiting.at(-1)!;
    const span = last.time + sumDurations(last.samples) - this.#edge!;
    return monotonic - since >= this.#patience * 1e6 ||
      span >= 2 * this.#patience * this.#timescale || this.#waiting.length > MAX_WAITING ||
      this.waitingBytes > MAX_WAITING_BYTES;
  }

  /**
   * Returns whether a sample was stored. ffmpeg 5.1 writes samples without duration, with the decode time of the next, in a fragment
   * each (`-movflags +frag_every_frame`).
   */
  #isRepeat(start: number, { data, sizes }: LiveSamples, index: number): boolean {
    if (start > this.#lastTime + this.#lastDuration / 2) return false;
    if (this.#lastDuration > 0 || start < this.#lastTime || index > 0) return true;
    return this.#recent.find(start) === hashSample(data.subarray(0, sizes[0]));
  }

  /** Returns whether samples of another encoder can follow those that were stored: its first one has to follow directly, and be sync. */
  #continues(samples: LiveSamples, first: number, start: number): boolean {
    const isNear = Math.abs(start - this.#edge!) <= MAX_ROUNDING * this.#timescale;
    return isNear && isSyncSample(samples, first);
  }

  #accept(
    { samples, time, arrival, source }: TimedFragment,
    followsHole: boolean,
  ): QueuedSamples | undefined {
    const count = countSamples(samples);
    let [first, start] = [0, time];
    while (first < count && this.#isRepeat(start, samples, first)) {
      start += samples.durations[first++]!;
    }
    const isOther = source !== undefined && this.#source !== undefined && source !== this.#source;
    if (first < count && isOther && !followsHole && !this.#continues(samples, first, start)) {
      first = count;
    }
    this.repeated += first;
    if (first === count) return undefined;
    this.#source = source;
    const rest = sliceSamples(samples, first, count);
    this.#recent.add(rest, start, this.#patience * this.#timescale);
    this.#edge = start + sumDurations(rest);
    this.#lastDuration = rest.durations.at(-1)!;
    this.#lastTime = this.#edge - this.#lastDuration;
    return {
      ...{ samples: rest, time: start, arrival, followsHole },
      startsFragment: first === 0,
      endsFragment: true,
    };
  }
}

/** Digests of the last samples by decode time. */
class RecentSamples {
  #times: number[] = [];
  #hashes: number[] = [];

  add({ sizes, durations, data }: LiveSamples, time: number, retained: number): void {
    let [at, next] = [0, time];
    for (let i = 0; i < sizes.length; i++) {
      this.#times.push(next);
      this.#hashes.push(hashSample(data.subarray(at, at += sizes[i]!)));
      next += durations[i]!;
    }
    const excess = Math.max(0, this.#times.length - MAX_RECENT);
    const old = Math.max(excess, this.#times.findIndex((time) => time >= next - retained));
    if (old < this.#times.length / 2) return; // amortized
    this.#times.splice(0, old);
    this.#hashes.splice(0, old);
  }

  find(time: number): number | undefined {
    const index = this.#times.lastIndexOf(time);
    return index < 0 ? undefined : this.#hashes[index];
  }
}
