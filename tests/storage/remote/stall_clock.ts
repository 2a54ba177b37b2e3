import type { TimeoutClock } from "../../../lib/timeout_clock.ts";

/** Limits of AMS, with numbers by which the clock knows them. */
export const STALL_LIMITS = { firstByteMs: 2001, windowMs: 2002 };

/**
 * A clock for real connections. Pauses pass at once; the timers of `STALL_LIMITS` run out only when the origin stalls, so that no
 * test waits, nor fails on a slow machine.
 */
export class StallClock implements TimeoutClock {
  readonly #stalling = new Set<() => void>();
  /** Pauses that passed, in milliseconds. */
  readonly pauses: number[] = [];
  #now = 0;
  #requests = 0;

  now(): number {
    return this.#now;
  }

  start(callback: () => void, ms: number): () => void {
    if (ms === STALL_LIMITS.firstByteMs) this.#requests++;
    if (Object.values(STALL_LIMITS).includes(ms)) {
      const run = () => {
        this.#stalling.delete(run);
        this.#now += ms;
        callback();
      };
      this.#stalling.add(run);
      return () => this.#stalling.delete(run);
    }
    const timer = setTimeout(() => {
      this.pauses.push(ms);
      this.#now += ms;
      callback();
    });
    return () => clearTimeout(timer);
  }

  /** Lets time pass for the request that was sent as the how many-th, if it is the last. */
  readonly stall = (request: number): void => {
    if (request !== this.#requests) return;
    for (const run of [...this.#stalling]) run();
  };
}
