/** Requests to read key sets again, since a token names a key that they lack. */

import { SYSTEM_CLOCK, type TimeoutClock } from "../timeout_clock.ts";

const MIN_INTERVAL_MS = 60_000;

/** When the answer takes longer, the token is rejected. */
const MAX_WAIT_MS = 6000;

/** Sends at most one request a minute, whose answer all waiting tokens share. */
export class KeyRefresh {
  readonly #send: () => void;
  readonly #clock: TimeoutClock;
  #sentAtMs = -Infinity;
  #pending: PromiseWithResolvers<void> | undefined;
  #stopTimer = () => {};

  constructor(send: () => void, clock: TimeoutClock = SYSTEM_CLOCK) {
    this.#send = send;
    this.#clock = clock;
  }

  /** Resolves when `finish()` is called, or at once if a request was sent recently. */
  readonly wait = (): Promise<void> => {
    if (this.#pending) return this.#pending.promise;
    const now = this.#clock.now();
    if (now - this.#sentAtMs < MIN_INTERVAL_MS) return Promise.resolve();
    this.#sentAtMs = now;
    this.#pending = Promise.withResolvers();
    this.#stopTimer = this.#clock.start(() => this.finish(), MAX_WAIT_MS);
    this.#send();
    return this.#pending.promise;
  };

  finish(): void {
    this.#stopTimer();
    this.#pending?.resolve();
    this.#pending = undefined;
  }
}
