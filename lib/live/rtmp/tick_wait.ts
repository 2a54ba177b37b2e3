import type { TimeoutClock } from "../../timeout_clock.ts";

/**
 * Waits for promises, one at a time, until the next tick of a timer that runs all the time. Data arrive so often that a timer for
 * each wait would cost more than the data.
 */
export class TickWait implements Disposable {
  readonly #tickMs: number;
  readonly #clock: TimeoutClock;
  #stop: () => void;
  #resolve: (isSettled: boolean) => void = () => {};

  constructor(tickMs: number, clock: TimeoutClock) {
    this.#tickMs = tickMs;
    this.#clock = clock;
    this.#stop = this.#start();
  }

  /** Resolves to whether the promise resolves or rejects before the next tick. */
  settles(promise: Promise<unknown>): Promise<boolean> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      const finish = () => resolve(true);
      promise.then(finish, finish);
    });
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  #start(): () => void {
    return this.#clock.start(() => {
      this.#stop = this.#start();
      this.#resolve(false);
    }, this.#tickMs);
  }
}
