import { setImmediate } from "node:timers/promises";
import type { TimeoutClock } from "../../lib/timeout_clock.ts";

/** Lets everything run that waits for nothing but promises. */
export async function settle(): Promise<void> {
  await setImmediate();
}

/** A clock with any number of timers, which the test advances. */
export class TimerClock implements TimeoutClock {
  #now = 0;
  readonly #timers = new Set<{ at: number; callback: () => void }>();

  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  start(callback: () => void, ms: number): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Runs timers in order; what they resolve runs before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    while (true) {
      const next = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers.delete(next);
      this.#now = next.at;
      next.callback();
      await settle();
    }
    this.#now = end;
  }
}
