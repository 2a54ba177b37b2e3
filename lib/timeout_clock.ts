/** Timers and a monotonic clock in milliseconds. */
export interface TimeoutClock {
  now(): number;
  /** Returns a function that stops the timer. */
  start(callback: () => void, ms: number): () => void;
}

export const SYSTEM_CLOCK: TimeoutClock = {
  now: () => performance.now(),
  start(callback, ms) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
