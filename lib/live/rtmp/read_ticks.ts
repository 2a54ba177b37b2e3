import type { TimeoutClock } from "../../timeout_clock.ts";

/**
 * Ticks that all connections share. Encoders send each frame by itself: who reads at ticks alone has many frames with one read, which
 * costs as much as one of a frame. The timer runs only while somebody waits.
 */
export class ReadTicks {
  readonly #tickMs: number;
  readonly #clock: TimeoutClock;
  #next: Promise<void> | undefined;

  constructor(tickMs: number, clock: TimeoutClock) {
    this.#tickMs = tickMs;
    this.#clock = clock;
  }

  /** Resolves at the next tick. */
  next(): Promise<void> {
    return this.#next ??= new Promise((resolve) => {
      this.#clock.start(() => {
        this.#next = undefined;
        resolve();
      }, this.#tickMs);
    });
  }

  /** Resolves to whether the promise resolves or rejects before the next tick. */
  settles(promise: Promise<unknown>): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = () => resolve(true);
      promise.then(finish, finish);
      this.next().then(() => resolve(false));
    });
  }
}
