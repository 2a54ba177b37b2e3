/** Tells the operator when an encoder disconnects or falls silent, and when it is back. */

import type { IngestLog } from "./http/http_connection.ts";

const SECOND = 1e6;

/** In µs. Encoders that send one request for each segment are silent between two of them. */
const MIN_SILENCE = 10 * SECOND;

/** In µs. An encoder that pauses regularly has a line about the first pause alone, as long as it has one in this time. */
const PAUSE_MEMORY = 600 * SECOND;

interface Pause {
  readonly duration: number;
  readonly end: number;
}

class Activity {
  requests = 0;
  last: number;
  /** The longest one of late. */
  pause: Pause = { duration: 0, end: -Infinity };
  /** What the log says of it now. */
  state: "active" | "silent" | "disconnected" = "active";
  /** In µs: how long it had been silent when something came that no line states yet. */
  returnedAfter: number | undefined;

  constructor(now: number) {
    this.last = now;
  }

  receive(now: number): void {
    const duration = now - this.last;
    this.last = now;
    const before = now - this.pause.end < PAUSE_MEMORY ? this.pause.duration : 0;
    if (2 * duration >= before) this.pause = { duration: Math.max(duration, before), end: now };
    if (this.state !== "active") this.returnedAfter ??= duration;
  }
}

/** An open request of a publisher. */
export interface PublisherRequest extends Disposable {
  /** To be called when something of the body has arrived, in µs of the monotonic clock. */
  receive(now: number): void;
}

/** Publishers of a channel, by name. Times are in µs of the monotonic clock. */
export class PublisherSilence {
  readonly #publishers = new Map<string, Activity>();

  open(publisher: string, now: number): PublisherRequest {
    let activity = this.#publishers.get(publisher);
    if (!activity) this.#publishers.set(publisher, activity = new Activity(now));
    const opened = activity;
    opened.requests++;
    return {
      receive: (now) => opened.receive(now),
      [Symbol.dispose]: () => void opened.requests--,
    };
  }

  /** Forgets all publishers without a request: the broadcast is over. */
  forget(): void {
    for (const [name, { requests }] of this.#publishers) {
      if (requests === 0) this.#publishers.delete(name);
    }
  }

  /**
   * Returns lines for the log about what has changed.
   *
   * @param segmentDuration seconds; an encoder may send nothing for two segments
   */
  check(now: number, segmentDuration: number): IngestLog[] {
    return [...this.#publishers].flatMap(([name, activity]) => {
      const message = check(name, activity, { now, segmentDuration });
      if (message === undefined) return [];
      return [{ level: activity.state === "active" ? "info" : "warn", message }];
    });
  }
}

function check(
  name: string,
  activity: Activity,
  { now, segmentDuration }: { now: number; segmentDuration: number },
): string | undefined {
  const { returnedAfter, pause } = activity;
  if (returnedAfter !== undefined) {
    activity.returnedAfter = undefined;
    activity.state = "active";
    return `Publisher ${name} is back after ${Math.round(returnedAfter / SECOND)} s`;
  }
  const silence = now - activity.last;
  const usual = now - pause.end < PAUSE_MEMORY ? 2 * pause.duration : 0;
  if (silence < Math.max(MIN_SILENCE, 2 * segmentDuration * SECOND, usual)) return undefined;
  const state = activity.requests > 0 ? "silent" : "disconnected";
  if (activity.state === state || activity.state === "disconnected") return undefined;
  activity.state = state;
  const seconds = Math.floor(silence / SECOND);
  return state === "silent"
    ? `Nothing has been received from publisher ${name} for ${seconds} s`
    : `Publisher ${name} has disconnected: nothing was received for ${seconds} s`;
}
