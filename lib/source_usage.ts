/** What a response takes of origins of files, for its log line. */

import { AsyncLocalStorage } from "node:async_hooks";

/** Requests that were sent to origins, and bytes of their bodies. */
export interface SourceTraffic {
  readonly requests: number;
  readonly bytes: number;
}

export class SourceUsage implements SourceTraffic {
  requests = 0;
  bytes = 0;
  #waitedMs = 0;
  #waiting = 0;
  #since = 0;

  /** Milliseconds in which something was waited for. */
  get ms(): number {
    return this.#waitedMs;
  }

  /** Includes traffic that others may have waited for as well: the one who caused it has it. */
  add({ requests, bytes }: SourceTraffic): void {
    this.requests += requests;
    this.bytes += bytes;
  }

  /** @param now of a monotonic clock, in milliseconds */
  begin(now: number): void {
    if (this.#waiting++ === 0) this.#since = now;
  }

  /** Ends what one `begin()` began. */
  end(now: number): void {
    if (--this.#waiting === 0) this.#waitedMs += now - this.#since;
  }
}

/** The usage of what runs, through all that it waits for; absent: nothing counts. */
export const SOURCE_USAGE: AsyncLocalStorage<SourceUsage> = new AsyncLocalStorage();
