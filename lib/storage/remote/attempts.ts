/** When requests for an origin are tried again. Time is in milliseconds of a monotonic clock, random numbers are in `[0, 1)`. */

export const MAX_ATTEMPTS = 4;

const FIRST_PAUSE_MS = 50;

const MAX_PAUSE_MS = 1000;

const MAX_RETRY_AFTER_MS = 2000;

/**
 * Returns how long to wait after a failed attempt: a random time, since clients that failed together should not return together,
 * or what the origin asked for (`Retry-After`).
 *
 * @param attempts that were made, at least 1
 */
export function computePauseMs(
  attempts: number,
  { random, retryAfterMs }: { readonly random: number; readonly retryAfterMs?: number },
): number {
  if (retryAfterMs !== undefined) return Math.min(retryAfterMs, MAX_RETRY_AFTER_MS);
  return random * Math.min(FIRST_PAUSE_MS * 2 ** attempts, MAX_PAUSE_MS);
}

const RETRY_WINDOW_SECONDS = 10;

const FREE_RETRIES = 10;

const RETRY_RATIO = 0.1;

/** Keeps the load on an origin that fails from multiplying: retries are at most 10 and a tenth of the requests of the last 10 s. */
export class RetryBudget {
  readonly #seconds = new RecentSeconds(RETRY_WINDOW_SECONDS);

  /** Counts a request that is sent for the first time. */
  addRequest(now: number): void {
    this.#seconds.get(now).requests++;
  }

  /** Counts a retry and returns true, or returns false if there were too many. */
  takeRetry(now: number): boolean {
    const current = this.#seconds.get(now);
    const { requests, retries } = this.#seconds.sum();
    if (retries >= FREE_RETRIES + RETRY_RATIO * requests) return false;
    current.retries++;
    return true;
  }
}

interface Counts {
  requests: number;
  retries: number;
}

class RecentSeconds {
  readonly #slots: (Counts & { second: number })[];

  constructor(count: number) {
    this.#slots = Array.from({ length: count }, () => ({ second: -1, requests: 0, retries: 0 }));
  }

  /** Forgets what is too old. */
  get(now: number): Counts {
    const second = Math.floor(now / 1000);
    const count = this.#slots.length;
    for (const slot of this.#slots) {
      if (slot.second <= second - count) slot.requests = slot.retries = 0;
    }
    const slot = this.#slots[second % count]!;
    slot.second = second;
    return slot;
  }

  sum(): Counts {
    const sum = { requests: 0, retries: 0 };
    for (const { requests, retries } of this.#slots) {
      sum.requests += requests;
      sum.retries += retries;
    }
    return sum;
  }
}

const MAX_FAILURES = 8;

const OPEN_MS = 1000;

/** Permission to send a request. Its holder reports the result, once. */
export interface Permit {
  /** Decides whether others are sent. */
  readonly isProbe: boolean;
}

/** Stops requests for an origin that fails: after eight failures in a row none for a second, then one that decides. */
export class CircuitBreaker {
  #failures = 0;
  #openUntilMs = -Infinity;
  #isProbing = false;

  /** Whether requests have stopped. */
  get isOpen(): boolean {
    return this.#failures >= MAX_FAILURES;
  }

  /** Whether no request may be sent. */
  isBlocked(now: number): boolean {
    return this.isOpen && (now < this.#openUntilMs || this.#isProbing);
  }

  /** Returns undefined while no request may be sent. */
  take(now: number): Permit | undefined {
    if (this.isBlocked(now)) return undefined;
    this.#isProbing = this.isOpen;
    return { isProbe: this.isOpen };
  }

  /** The origin responded, whatever it said. */
  succeed(): void {
    this.#failures = 0;
    this.#isProbing = false;
  }

  /** Failures of requests that were sent before others stopped change nothing. */
  fail(permit: Permit, now: number): void {
    if (this.isOpen && !permit.isProbe) return;
    this.#failures++;
    this.#isProbing = false;
    if (this.isOpen) this.#openUntilMs = now + OPEN_MS;
  }

  /** The request ended without a result, since its client has gone: the next one decides. */
  cancel({ isProbe }: Permit): void {
    if (isProbe) this.#isProbing = false;
  }
}
