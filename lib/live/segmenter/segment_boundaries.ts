/** Boundaries of a period's segments, which the leader finds and the other tracks follow. */

import { rescale, rescaleUp } from "../../time.ts";

const MICROSECONDS = 1e6;

/** Times are presentation times in the period, in ticks of the leader. */
export class SegmentBoundaries {
  readonly timescale: number;
  /** Segment duration in µs, so that 1.92 s has exact multiples. */
  readonly #step: number;
  /** Start of each segment after the first, as the other tracks follow it. */
  readonly #starts: number[] = [];
  #next: number;
  /** No later segment starts before it. */
  #progress = 0;
  #isFinal = false;

  /** @param segmentDuration in seconds */
  constructor(timescale: number, segmentDuration: number) {
    this.timescale = timescale;
    this.#step = Math.round(segmentDuration * MICROSECONDS);
    this.#next = this.#multipleAfter(0);
  }

  /** In seconds. */
  get segmentDuration(): number {
    return this.#step / MICROSECONDS;
  }

  /** The next multiple of the segment duration: the leader's first sync sample from there on starts a segment. */
  get next(): number {
    return this.#next;
  }

  /** Adds the start of the leader's next segment. */
  start(time: number): void {
    this.#next = this.#multipleAfter(time);
    this.#add(time);
    this.advance(time);
  }

  /** The leader has presented all samples before `time`. */
  advance(time: number): void {
    this.#progress = Math.max(this.#progress, time);
  }

  /** The other tracks pass a multiple of the segment duration, since the leader is silent. */
  extrapolate(): void {
    this.#add(Math.max(this.#next, this.#multipleAfter(this.#starts.at(-1) ?? 0)));
  }

  /** The leader has no more segments. */
  end(): void {
    this.#isFinal = true;
  }

  /** Returns the start of segment `index` + 1 in ticks of `timescale`; Infinity if it is not known yet, or there is none. */
  get(index: number, timescale: number): number {
    const start = this.#starts[index];
    return start === undefined ? Infinity : rescaleUp(start, this.timescale, timescale);
  }

  /** Samples that are presented before it, in ticks of `timescale`, belong to segments whose end is known or later. */
  limit(timescale: number): number {
    if (this.#isFinal) return Infinity;
    const afterLast = this.#multipleAfter(this.#starts.at(-1) ?? 0);
    return rescaleUp(Math.max(this.#next, this.#progress, afterLast), this.timescale, timescale);
  }

  /** Times that the other tracks have passed are no boundaries. */
  #add(time: number): void {
    if (time > (this.#starts.at(-1) ?? 0)) this.#starts.push(time);
  }

  #multipleAfter(time: number): number {
    const passed = Math.floor(rescale(time, this.timescale, MICROSECONDS) / this.#step);
    const next = rescaleUp((passed + 1) * this.#step, MICROSECONDS, this.timescale);
    return next > time ? next : rescaleUp((passed + 2) * this.#step, MICROSECONDS, this.timescale);
  }
}
