/** Requests that wait until what they have pushed is written. */

import type { IngestError } from "../ingest_error.ts";
import type { LiveRequest } from "../segmenter/publishers.ts";

interface Waiter {
  readonly live: LiveRequest;
  readonly resolve: () => void;
  readonly reject: (error: IngestError) => void;
}

export class WrittenWaits {
  #waiters: Waiter[] = [];

  get isEmpty(): boolean {
    return this.#waiters.length === 0;
  }

  add(live: LiveRequest): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiters.push({ live, resolve, reject });
    return promise;
  }

  /** Ends the waits of requests of which nothing waits. */
  settle(hasWaiting: (live: LiveRequest) => boolean): void {
    if (this.isEmpty) return;
    for (const waiter of this.#waiters.splice(0)) {
      if (hasWaiting(waiter.live)) this.#waiters.push(waiter);
      else waiter.resolve();
    }
  }

  reject(error: IngestError): void {
    for (const { reject } of this.#waiters.splice(0)) reject(error);
  }
}
