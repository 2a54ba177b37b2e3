/** When the player tries again to reach a server that is away: soon at first, then less often. */

/** A single failure is tried again without a word (`retryParameters` of shaka-player, in milliseconds). */
export const RETRY_PARAMETERS = { maxAttempts: 2, baseDelay: 500, backoffFactor: 1, fuzzFactor: 0 };

/** A server that takes longer to describe an asset is away. */
export const MAX_RESPONSE_MS = 10_000;

const WAITS_MS = [500, 1000, 2000];

const MAX_WAIT_MS = 3000;

/**
 * Returns the wait before try `attempt`, which counts from 0. In milliseconds. shaka-player waits for `baseDelay` before
 * it reports the failure, too.
 *
 * @param {number} attempt
 */
export function getRetryWait(attempt) {
  return WAITS_MS[attempt] ?? MAX_WAIT_MS;
}

/**
 * @typedef {{ set: (run: () => void, milliseconds: number) => number, clear: (timer: number) => void }} Timers
 */

/** @type {Timers} */
export const BROWSER_TIMERS = {
  set: (run, milliseconds) => setTimeout(run, milliseconds),
  clear: (timer) => clearTimeout(timer),
};

/** Tries again and again, until `succeed()`. */
export class Retry {
  #attempts = 0;
  /** @type {number | undefined} */
  #timer;
  #run;
  #timers;

  /**
   * @param {() => void} run tries again
   * @param {Timers} timers
   */
  constructor(run, timers) {
    this.#run = run;
    this.#timers = timers;
  }

  /** Waits for the next try; several failures at the same time have one. */
  fail() {
    this.#timer ??= this.#timers.set(() => this.runNow(), getRetryWait(this.#attempts++));
  }

  runNow() {
    if (this.#timer !== undefined) this.#timers.clear(this.#timer);
    this.#timer = undefined;
    this.#run();
  }

  /** The next failure waits as the first, unless another one waits already. */
  succeed() {
    if (this.#timer === undefined) this.#attempts = 0;
  }
}
