import type { TimeoutClock } from "../../lib/timeout_clock.ts";

/** A clock with one timer, which the test advances. */
export class FakeClock implements TimeoutClock {
  started = 0;
  #now = 0;
  #timer: { at: number; callback: () => void } | undefined;

  get isWaiting(): boolean {
    return this.#timer !== undefined;
  }

  now(): number {
    return this.#now;
  }

  start(callback: () => void, ms: number): () => void {
    this.started++;
    this.#timer = { at: this.#now + ms, callback };
    return () => this.#timer = undefined;
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    while (this.#timer && this.#timer.at <= end) {
      const { at, callback } = this.#timer;
      this.#timer = undefined;
      this.#now = at;
      callback();
    }
    this.#now = end;
  }
}
