import type { LogLevel } from "../log/log_format.ts";
import { StorageCheck } from "../library/storage_check.ts";
import type { Storage } from "../storage/storage.ts";
import { SYSTEM_CLOCK, type TimeoutClock } from "../timeout_clock.ts";

const CHECK_INTERVAL_MS = 1000;

/** A root that stays gone, or comes and goes, is one line a minute. */
const LOG_INTERVAL_MS = 60_000;

export const GONE = "Cannot read the document root: requests are rejected with 503 STORAGE_GONE";
export const BACK = "The document root can be read again";

export interface RootWatchOptions {
  readonly isGone: () => boolean | Promise<boolean>;
  readonly log: (message: string, level: LogLevel) => void;
  readonly clock?: TimeoutClock;
}

/** Logs that the document root is gone, and that it is back, for all workers. */
export class RootWatch implements Disposable {
  readonly #options: RootWatchOptions;
  readonly #clock: TimeoutClock;
  #stopTimer: (() => void) | undefined;
  #loggedAt = -Infinity;
  #logged = false;

  constructor(options: RootWatchOptions) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
  }

  /** Never rejects. As `StorageCheck.isGone()`. */
  isGone(): boolean | Promise<boolean> {
    return this.#options.isGone();
  }

  /** To be called when a check has found the root gone. */
  notice(): void {
    this.#log();
    this.#stopTimer ??= this.#clock.start(() => this.#check(), CHECK_INTERVAL_MS);
  }

  async #check(): Promise<void> {
    const gone = await this.#options.isGone();
    if (!this.#stopTimer) return; // disposed
    this.#stopTimer = undefined;
    if (gone) this.notice();
    else if (this.#logged) {
      this.#options.log(BACK, "info");
      this.#logged = false;
    }
  }

  #log(): void {
    if (this.#clock.now() - this.#loggedAt < LOG_INTERVAL_MS) return;
    this.#loggedAt = this.#clock.now();
    this.#logged = true;
    this.#options.log(GONE, "error");
  }

  [Symbol.dispose](): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }
}

/** Watches the root of a storage for the main thread, also when its own checks find it gone. */
export function watchRoot(storage: Storage, log: RootWatchOptions["log"]): RootWatch {
  const check = new StorageCheck(storage, { onGone: () => watch.notice() });
  const watch = new RootWatch({ isGone: () => check.isGone(), log });
  return watch;
}
