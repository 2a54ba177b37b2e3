import type { TimeoutClock } from "../../lib/timeout_clock.ts";

/** A clock with any number of timers, which the test advances. */
export class FakeTimers implements TimeoutClock {
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  #now = 0;

  now(): number {
    return this.#now;
  }

  /** Milliseconds until the next timer; undefined: there is none. */
  get nextDelay(): number | undefined {
    return this.#timers.size === 0 ? undefined : this.#findNext()!.at - this.#now;
  }

  start(callback: () => void, ms: number): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#findNext(); next && next.at <= end; next = this.#findNext()) {
      this.#timers.delete(next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = end;
  }

  #findNext() {
    return [...this.#timers].sort((a, b) => a.at - b.at)[0];
  }
}

/** Lets all promises settle that need no timer. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
