import type { Instant } from "../segmenter/clock.ts";

/** In µs. */
const LOG_INTERVAL = 10e6;

/** Whether samples of a channel are dropped, since the disk is full. */
export class FullDisk {
  readonly #log: (level: "info" | "error", message: string) => void;
  #isFull = false;
  #lastLog = -Infinity;
  /** How often samples were dropped. */
  losses = 0;

  constructor(log: (level: "info" | "error", message: string) => void) {
    this.#log = log;
  }

  /** Samples could not be written. */
  record(now: Instant): void {
    this.losses++;
    this.#isFull = true;
    this.tick(now);
  }

  /** A period has begun. */
  clear(): void {
    if (!this.#isFull) return;
    this.#isFull = false;
    this.#lastLog = -Infinity;
    this.#log("info", "There is room on the disk again: a period begins");
  }

  /** Logs every 10 s while the disk is full. */
  tick({ monotonic }: Instant): void {
    if (!this.#isFull || monotonic - this.#lastLog < LOG_INTERVAL) return;
    this.#lastLog = monotonic;
    this.#log("error", "The disk is full: samples are dropped");
  }
}
