/** Pauses of long work, such as opening a file of millions of fragments, during which other requests are served. */

/** In milliseconds. */
const MAX_WORK = 20;

export interface WorkClock {
  /** In milliseconds. */
  now(): number;
  /** Resolves when other events were handled. */
  pause(): Promise<void>;
}

const SYSTEM_CLOCK: WorkClock = {
  now: () => performance.now(),
  pause: () => new Promise((resolve) => setTimeout(resolve)),
};

export class WorkPauses {
  readonly #clock: WorkClock;
  readonly #maxWork: number;
  #start: number;

  /** @param maxWork in milliseconds */
  constructor(clock = SYSTEM_CLOCK, maxWork = MAX_WORK) {
    this.#clock = clock;
    this.#maxWork = maxWork;
    this.#start = clock.now();
  }

  /** Returns a promise to wait for if the work since the last one took 20 ms, or `maxWork`, or more. */
  check(): Promise<void> | undefined {
    return this.#clock.now() - this.#start < this.#maxWork ? undefined : this.#pause();
  }

  /** Waits for what is no work, such as input that has not arrived: that time does not count. */
  async waitFor<T>(promise: Promise<T>): Promise<T> {
    const since = this.#clock.now();
    try {
      return await promise;
    } finally {
      this.#start += this.#clock.now() - since;
    }
  }

  async #pause(): Promise<void> {
    await this.#clock.pause();
    this.#start = this.#clock.now();
  }
}
