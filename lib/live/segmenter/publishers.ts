/** Publishers of a channel: which one is active, and which are standbys. */

import { MediaError } from "../../errors.ts";
import type { Instant } from "./clock.ts";
import type { PushedFragment } from "../media/pushed_item.ts";
import type { LiveInit } from "../media/live_init.ts";
import { checkTrackNames } from "./track_names.ts";
import type { LiveFragment } from "../media/live_samples.ts";
import {
  type PublisherOptions,
  PublisherTimeline,
  type PublisherTrack,
} from "./publisher_timeline.ts";

/** In µs of the monotonic clock. A standby takes over after that, or twice the longest pause of the publisher. */
const MIN_SILENCE = 2e6;

/** In µs. Longer pauses, above the longest segment, are those of an encoder that was away. */
const MAX_PAUSE = 30e6;

/** Publishers of a channel that are remembered. */
const MAX_PUBLISHERS = 16;

/** Streams of one publisher. */
const MAX_STREAMS = 100;

/** Tracks of all streams of one publisher: each is a file, which is open. */
const MAX_TRACKS = 200;

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

  constructor(readonly name: string, options: PublisherOptions) {
    this.timeline = new PublisherTimeline(options);
  }

  get isOnUtc(): boolean {
    return this.timeline.clock?.basis === "media";
  }

  /** @throws MediaError `MEDIA_UNSUPPORTED` for too many streams, `MEDIA_INVALID` for renditions of one name */
  addInit(stream: string, init: LiveInit): void {
    if (this.inits.get(stream)?.key !== init.key) checkTrackNames(stream, init, this.inits);
    if (this.inits.has(stream)) this.restarted.add(stream);
    else if (this.inits.size === MAX_STREAMS) {
      const reason = `Cannot store more than ${MAX_STREAMS} streams of a publisher`;
      throw new MediaError(reason, "MEDIA_UNSUPPORTED");
    }
    this.#checkTracks(stream, init);
    this.inits.set(stream, init);
  }

  #checkTracks(stream: string, init: LiveInit): void {
    const others = [...this.inits].filter(([name]) => name !== stream);
    const count = others.reduce((sum, [, { tracks }]) => sum + tracks.size, init.tracks.size);
    if (count <= MAX_TRACKS) return;
    const reason = `Cannot store ${count} tracks of a publisher, expected at most ${MAX_TRACKS}`;
    throw new MediaError(reason, "MEDIA_UNSUPPORTED");
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

  /** True if all streams have ended in an orderly way. */
  get hasEnded(): boolean {
    return [...this.inits.keys()].every((stream) => this.ended.has(stream));
  }

  get hasOpenRequests(): boolean {
    return this.#open.size > 0;
  }

  /** Records that a fragment has arrived. */
  record(monotonic: number): void {
    const pause = monotonic - this.#last;
    if (pause <= MAX_PAUSE) this.#longestPause = Math.max(this.#longestPause, pause);
    this.#last = monotonic;
  }

  /** True if a standby may take over. */
  isSilent(monotonic: number): boolean {
    return monotonic - this.#last >= Math.max(MIN_SILENCE, 2 * this.#longestPause);
  }

  /** True if the encoder has started again with other times, since the first sample of the fragment is not the stored one. */
  hasRestarted(track: PublisherTrack, fragment: LiveFragment): boolean {
    if (this.isOnUtc || !this.restarted.has(track.stream)) return false;
    return track.order.contradicts(this.timeline.toTimed(track, fragment, 0));
  }

  /**
   * Shares the timeline of the active publisher if both push the same streams on UTC: the first complete fragment of a time is
   * stored. Returns whether it does.
   */
  join(active: LivePublisher, fragment: PushedFragment, now: Instant): boolean {
    if (!active.isOnUtc) return false;
    this.timeline.startClock(fragment, now);
    const isSame = [...this.inits].every(([stream, { key }]) =>
      active.timeline.findInit(stream)?.key === key
    );
    if (!this.isOnUtc || !isSame) return false;
    this.timeline = active.timeline;
    return true;
  }

  /** Starts a timeline with the init segments of some streams. */
  restart(options: PublisherOptions, streams: Iterable<string> = this.inits.keys()): void {
    this.timeline = new PublisherTimeline(options);
    for (const stream of streams) this.timeline.setInit(stream, this.inits.get(stream)!);
  }
}

/** A request for a stream, from its first byte to its end. */
export interface LiveRequest {
  readonly publisher: LivePublisher;
  readonly stream: string;
}

/** Assigns requests to publishers. */
export class Publishers {
  readonly #all: LivePublisher[] = [];
  /** Applies to timelines that start. */
  options: PublisherOptions;

  constructor(options: PublisherOptions) {
    this.options = options;
  }

  /**
   * Opens a request for a stream. It is another publisher's if an earlier request of the same name for the stream is still open,
   * unless its times are UTC.
   *
   * @param name of the key
   * @param active is preferred: an encoder that is back after another connection of it got stuck goes on at once
   */
  open(name: string, stream: string, active?: LivePublisher): LivePublisher {
    const known = this.#findFree(name, stream, active);
    const publisher = known ?? new LivePublisher(name, this.options);
    if (!known) this.#all.push(publisher);
    publisher.open(stream);
    return publisher;
  }

  #findFree(name: string, stream: string, active?: LivePublisher): LivePublisher | undefined {
    const free = this.#all.filter((publisher) =>
      publisher.name === name && (publisher.isOnUtc || !publisher.isOpen(stream))
    );
    return free.find((publisher) => publisher === active) ?? free[0];
  }

  /** Finds the init segment of a stream: that of the publisher that `open()` would return, else of another one of the name. */
  findInit(name: string, stream: string): LiveInit | undefined {
    const others = this.#all.filter((publisher) => publisher.name === name);
    const free = this.#findFree(name, stream);
    return [...others, ...free ? [free] : []].map(({ inits }) => inits.get(stream))
      .findLast((init) => init !== undefined);
  }

  /** True if all publishers of a timeline have ended in an orderly way, or have left. */
  haveEnded(timeline: PublisherTimeline): boolean {
    return this.#of(timeline).every((publisher) =>
      publisher.hasEnded || !publisher.hasOpenRequests
    );
  }

  /** True while a publisher of a timeline has a request open: it has not broken off. */
  areOpen(timeline: PublisherTimeline): boolean {
    return this.#of(timeline).some(({ hasOpenRequests }) => hasOpenRequests);
  }

  /** Starts timelines for the publishers of one that is over. */
  restart(timeline: PublisherTimeline): void {
    for (const publisher of this.#of(timeline)) {
      publisher.restart(this.options);
      publisher.ended.clear();
    }
  }

  #of(timeline: PublisherTimeline): LivePublisher[] {
    return this.#all.filter((publisher) => publisher.timeline === timeline);
  }

  /** Forgets the oldest publishers without a request, except for one: the others' init segments remain known. */
  prune(active: LivePublisher | undefined): void {
    const isIdle = (publisher: LivePublisher) => publisher !== active && !publisher.hasOpenRequests;
    while (this.#all.length > MAX_PUBLISHERS && this.#all.some(isIdle)) {
      this.#all.splice(this.#all.findIndex(isIdle), 1);
    }
  }
}
