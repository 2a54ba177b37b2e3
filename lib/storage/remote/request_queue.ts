import type { TimeoutClock } from "../../timeout_clock.ts";

export interface RequestQueueOptions {
  readonly maxActive: number;
  readonly maxWaiting: number;
  readonly clock: TimeoutClock;
}

/** Too many requests wait, or one has waited too long. */
export class QueueBusy extends Error {
  override name = "QueueBusy";
}

/** Bounds how many requests are in progress, and how many wait for them to end; the first come is the first served. */
export class RequestQueue {
  readonly #options: RequestQueueOptions;
  readonly #waiting = new Set<() => void>();
  #active = 0;

  constructor(options: RequestQueueOptions) {
    this.#options = options;
  }

  /**
   * Resolves when a request may be sent. The caller must call `release()` when it has ended.
   *
   * @throws QueueBusy; the reason of `signal`
   */
  async acquire(signal: AbortSignal, timeoutMs: number): Promise<void> {
    signal.throwIfAborted();
    if (this.#active < this.#options.maxActive) this.#active++;
    else await this.#wait(signal, timeoutMs);
  }

  #wait(signal: AbortSignal, timeoutMs: number): Promise<void> {
    const { maxWaiting, clock } = this.#options;
    if (this.#waiting.size >= maxWaiting) throw new QueueBusy();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (reason: unknown) => { // at once: a place that is released must not go to one that has left
      this.#waiting.delete(resolve);
      reject(reason);
    };
    const abort = () => leave(signal.reason);
    const stopTimer = clock.start(() => leave(new QueueBusy()), timeoutMs);
    this.#waiting.add(resolve);
    signal.addEventListener("abort", abort);
    return promise.finally(() => {
      signal.removeEventListener("abort", abort);
      stopTimer();
    });
  }

  release(): void {
    const [next] = this.#waiting;
    if (next) {
      this.#waiting.delete(next);
      next();
    } else {
      this.#active--;
    }
  }
}
