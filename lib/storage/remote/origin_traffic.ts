/** The requests for an origin: how many at a time, and how often each is tried. */

import { SourceError } from "../../errors.ts";
import type { TimeoutClock } from "../../timeout_clock.ts";
import { AttemptFailure } from "./attempt_error.ts";
import {
  CircuitBreaker,
  computePauseMs,
  MAX_ATTEMPTS,
  type Permit,
  RetryBudget,
} from "./attempts.ts";
import { QueueBusy, RequestQueue } from "./request_queue.ts";

export interface OriginTrafficOptions {
  readonly clock: TimeoutClock;
  /** Returns a number in `[0, 1)`. */
  readonly random: () => number;
  /** In which attempts may start. */
  readonly timeoutMs: number;
  readonly maxActive: number;
  readonly maxWaiting: number;
  readonly countRetry: () => void;
  readonly log: (message: string) => void;
}

export interface OriginTask<T> {
  /** What cannot be done, for messages: "read 'a.mp4' from its origin". */
  readonly action: string;
  /** Aborts when no client waits for the result any more. */
  readonly signal: AbortSignal;
  /** Sends a request. Another attempt is made if it rejects with AttemptFailure. */
  attempt(): Promise<T>;
}

export class OriginTraffic {
  readonly #options: OriginTrafficOptions;
  readonly #queue: RequestQueue;
  readonly #breaker = new CircuitBreaker();
  readonly #budget = new RetryBudget();

  constructor(options: OriginTrafficOptions) {
    this.#options = options;
    this.#queue = new RequestQueue(options);
  }

  /** Whether the origin responded last. */
  get isUp(): boolean {
    return !this.#breaker.isOpen;
  }

  /**
   * @throws SourceError `SOURCE_UNAVAILABLE`, `SOURCE_BUSY`, or the code of the last failure; what an attempt rejects with;
   *   the reason of the signal
   */
  async run<T>(task: OriginTask<T>): Promise<T> {
    const { clock, timeoutMs, random } = this.#options;
    const endMs = clock.now() + timeoutMs;
    for (let attempts = 1;; attempts++) {
      const result = await this.#try(task, endMs, attempts > 1);
      if (!(result instanceof AttemptFailure)) return result;
      const pauseMs = computePauseMs(attempts, { random: random(), ...result.details });
      const isLast = attempts === MAX_ATTEMPTS || clock.now() + pauseMs >= endMs;
      if (isLast || !this.#mayRetry()) throw toSourceError(task, result);
      await this.#pause(pauseMs, task.signal);
    }
  }

  #mayRetry(): boolean {
    return !this.#breaker.isOpen && this.#budget.takeRetry(this.#options.clock.now());
  }

  async #try<T>(
    task: OriginTask<T>,
    endMs: number,
    isRetry: boolean,
  ): Promise<T | AttemptFailure> {
    if (this.#breaker.isBlocked(this.#options.clock.now())) throw createOutage(task);
    await this.#enter(task, endMs);
    try {
      const now = this.#options.clock.now();
      const permit = this.#breaker.take(now);
      if (!permit) throw createOutage(task);
      if (isRetry) this.#options.countRetry();
      else this.#budget.addRequest(now);
      return await this.#observe(permit, task);
    } finally {
      this.#queue.release();
    }
  }

  async #enter({ action, signal }: OriginTask<unknown>, endMs: number): Promise<void> {
    try {
      await this.#queue.acquire(signal, endMs - this.#options.clock.now());
    } catch (error) {
      if (!(error instanceof QueueBusy)) throw error;
      throw new SourceError("SOURCE_BUSY", `Cannot ${action}: too many requests are waiting`);
    }
  }

  /** Tells the circuit breaker how a request ended. */
  async #observe<T>(permit: Permit, task: OriginTask<T>): Promise<T | AttemptFailure> {
    const { signal } = task;
    try {
      const result = await task.attempt();
      this.#succeed();
      return result;
    } catch (error) {
      if (signal.aborted) this.#breaker.cancel(permit);
      else if (!(error instanceof AttemptFailure)) this.#succeed(); // it responded
      else if (error.details.code === "SOURCE_DENIED") this.#succeed();
      else this.#fail(permit, error);
      if (error instanceof AttemptFailure && !signal.aborted) return error;
      throw error;
    }
  }

  #succeed(): void {
    if (this.#breaker.isOpen) this.#options.log("Origin responds again");
    this.#breaker.succeed();
  }

  #fail(permit: Permit, { message }: AttemptFailure): void {
    const wasOpen = this.#breaker.isOpen;
    this.#breaker.fail(permit, this.#options.clock.now());
    if (this.#breaker.isOpen && !wasOpen) {
      this.#options.log(`Origin fails: ${message}. One request a second is sent until it responds`);
    }
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = () => reject(signal.reason);
    const stopTimer = this.#options.clock.start(resolve, ms);
    signal.addEventListener("abort", abort);
    try {
      await promise;
    } finally {
      stopTimer();
      signal.removeEventListener("abort", abort);
    }
  }
}

type Action = Pick<OriginTask<unknown>, "action">;

function createOutage(action: Action): SourceError {
  return toSourceError(action, new AttemptFailure("it failed several times in a row"));
}

function toSourceError({ action }: Action, { message, details }: AttemptFailure): SourceError {
  const { code = "SOURCE_UNAVAILABLE" } = details;
  return new SourceError(code, `Cannot ${action}: ${message}`);
}
