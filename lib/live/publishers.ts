/** Publishers of a channel: which one is active, and which are standbys. */

import type { LiveInit } from "./live_init.ts";
import { PublisherTimeline } from "./publisher_timeline.ts";

/** In µs of the monotonic clock. A standby takes over after that, or twice the longest pause of the publisher. */
const MIN_SILENCE = 2e6;

/** Publishers of a channel that are remembered. */
const MAX_PUBLISHERS = 16;

/** An encoder: all requests with one key, except for streams that are pushed twice at once. */
export class LivePublisher {
  /** Shared by publishers with the same streams on UTC. */
  timeline: PublisherTimeline;
  readonly inits = new Map<string, LiveInit>();
  /** Streams whose init segment came again since their last fragment. */
  readonly restarted = new Set<string>();
  readonly ended = new Set<string>();
  readonly #open = new Map<string, number>();
  #last = -Infinity;
  #longestPause = 0;
  /** True once the log says that it is a standby. */
  isLogged = false;

  constructor(readonly name: string, patience: number) {
    this.timeline = new PublisherTimeline(patience);
  }

  get isOnUtc(): boolean {
    return this.timeline.clock?.basis === "media";
  }

  open(stream: string): void {
    this.#open.set(stream, (this.#open.get(stream) ?? 0) + 1);
  }

  close(stream: string): void {
    const count = (this.#open.get(stream) ?? 0) - 1;
    if (count > 0) this.#open.set(stream, count);
    else this.#open.delete(stream);
  }

  isOpen(stream: string): boolean {
    return this.#open.has(stream);
  }

  get hasOpenRequests(): boolean {
    return this.#open.size > 0;
  }

  /** Records that a fragment has arrived. */
  record(monotonic: number): void {
    if (this.#last > -Infinity) {
      this.#longestPause = Math.max(this.#longestPause, monotonic - this.#last);
    }
    this.#last = monotonic;
  }

  /** True if a standby may take over. */
  isSilent(monotonic: number): boolean {
    return monotonic - this.#last >= Math.max(MIN_SILENCE, 2 * this.#longestPause);
  }

  /** Starts a timeline with the init segments of some streams. */
  restart(patience: number, streams: Iterable<string>): void {
    this.timeline = new PublisherTimeline(patience);
    for (const stream of streams) this.timeline.setInit(stream, this.inits.get(stream)!);
  }
}

/** Assigns requests to publishers. */
export class Publishers {
  readonly #all: LivePublisher[] = [];
  readonly #patience: number;

  /** @param patience in seconds: see `QueueOptions` */
  constructor(patience: number) {
    this.#patience = patience;
  }

  /**
   * Opens a request for a stream. It is another publisher's if an earlier request of the same name for the stream is still open,
   * unless its times are UTC.
   *
   * @param name of the key
   */
  open(name: string, stream: string): LivePublisher {
    const known = this.#all.find((publisher) =>
      publisher.name === name && (publisher.isOnUtc || !publisher.isOpen(stream))
    );
    const publisher = known ?? new LivePublisher(name, this.#patience);
    if (!known) this.#all.push(publisher);
    publisher.open(stream);
    return publisher;
  }

  /** Forgets the oldest publishers without a request, except for one: the others' init segments remain known. */
  prune(active: LivePublisher | undefined): void {
    const isIdle = (publisher: LivePublisher) => publisher !== active && !publisher.hasOpenRequests;
    while (this.#all.length > MAX_PUBLISHERS && this.#all.some(isIdle)) {
      this.#all.splice(this.#all.findIndex(isIdle), 1);
    }
  }
}
