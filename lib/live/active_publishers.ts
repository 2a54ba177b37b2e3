/** A publisher that opens a connection for each segment is not new each time. */
const ACTIVE_MS = 60_000;

interface Activity {
  requests: number;
  lastMs: number;
}

/** Publishers that have an open request, or had one within the last minute. */
export class ActivePublishers {
  readonly #publishers = new Map<string, Activity>();

  /** Returns a function to be called when the request has ended. */
  start(publisher: string, nowMs: number): (nowMs: number) => void {
    const activity = this.#publishers.get(publisher) ?? { requests: 0, lastMs: nowMs };
    this.#publishers.set(publisher, activity);
    activity.requests++;
    return (nowMs) => {
      activity.requests--;
      activity.lastMs = nowMs;
    };
  }

  has(publisher: string, nowMs: number): boolean {
    this.#forget(nowMs);
    return this.#publishers.has(publisher);
  }

  count(nowMs: number): number {
    this.#forget(nowMs);
    return this.#publishers.size;
  }

  #forget(nowMs: number): void {
    for (const [publisher, { requests, lastMs }] of this.#publishers) {
      if (requests === 0 && nowMs - lastMs >= ACTIVE_MS) this.#publishers.delete(publisher);
    }
  }
}
