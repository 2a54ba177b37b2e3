const INTERVAL_MS = 60_000;

/** Lines about faults that each request may meet: one a minute of each kind. */
export class LogLimiter {
  readonly #loggedAtMs = new Map<string, number>();

  /** @param now of a monotonic clock, in milliseconds */
  constructor(readonly log: (message: string) => void, readonly now: () => number) {}

  /** @param kind one of few, since each is remembered */
  add(kind: string, message: string): void {
    const now = this.now();
    if (now - (this.#loggedAtMs.get(kind) ?? -Infinity) < INTERVAL_MS) return;
    this.#loggedAtMs.set(kind, now);
    this.log(message);
  }
}
