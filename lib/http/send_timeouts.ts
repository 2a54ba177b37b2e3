import { SYSTEM_CLOCK, type TimeoutClock } from "../timeout_clock.ts";

/** Bounds how long streams wait for their clients. One timer serves all. */
export class SendTimeouts {
  readonly timeoutMs: number;
  readonly #clock: TimeoutClock;
  readonly #deadlines = new Map<() => void, number>(); // earliest first
  #stopTimer: (() => void) | undefined;

  constructor(timeoutMs: number, clock: TimeoutClock = SYSTEM_CLOCK) {
    this.timeoutMs = timeoutMs;
    this.#clock = clock;
  }

  /** Calls `expire` after the timeout, unless it is restarted or stopped before. */
  restart(expire: () => void): void {
    this.#deadlines.delete(expire);
    this.#deadlines.set(expire, this.#clock.now() + this.timeoutMs);
    this.#startTimer(this.timeoutMs);
  }

  stop(expire: () => void): void {
    this.#deadlines.delete(expire);
    if (this.#deadlines.size > 0) return;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #startTimer(ms: number): void {
    this.#stopTimer ??= this.#clock.start(() => this.#expireAll(), ms);
  }

  #expireAll(): void {
    this.#stopTimer = undefined;
    const now = this.#clock.now();
    for (const [expire, deadline] of this.#deadlines) {
      if (deadline > now) return this.#startTimer(deadline - now);
      this.#deadlines.delete(expire);
      expire();
    }
  }
}
