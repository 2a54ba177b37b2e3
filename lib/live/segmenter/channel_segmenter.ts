/**
 * Makes periods and segments of what publishers push to a channel. It is pure: time is an argument, and what it decides is
 * returned, in order.
 */

import type { ChannelState } from "../../presentation/broadcast.ts";
import type { ChannelEvent } from "./channel_events.ts";
import { type Instant, SystemClock } from "./clock.ts";
import type { PushedFragment } from "../media/pushed_item.ts";
import type { FragmentResult } from "../ingest_counts.ts";
import type { LiveInit } from "../media/live_init.ts";
import type { LiveFragment } from "../media/live_samples.ts";
import { PeriodSequence } from "./period_sequence.ts";
import { type PublisherTrack, toPublisherOptions } from "./publisher_timeline.ts";
import type { ResumedPeriod } from "./resumed_period.ts";
import { type LivePublisher, type LiveRequest, Publishers } from "./publishers.ts";
import { listWaiting, type WaitingSamples } from "./waiting_samples.ts";
import { UtcEdges } from "./utc_edges.ts";

export interface SegmenterSettings {
  /** In seconds, 1 to 30. */
  readonly segmentDuration: number;
  /** Seconds of silence after which a broadcast is over; "always": it is never over. */
  readonly reconnect: number | "always";
  /** Names of tracks that are left out. */
  readonly skipped?: ReadonlySet<string>;
}

/** In µs of the monotonic clock. */
const SILENCE = 2e6;
const SECOND = 1e6;

export class ChannelSegmenter {
  #settings: SegmenterSettings;
  readonly #publishers: Publishers;
  readonly #systemClock = new SystemClock();
  readonly #periods: PeriodSequence;
  #active: LivePublisher | undefined;
  #events: ChannelEvent[] = [];
  #hasStarted = false;
  /** A broadcast has begun, and is not over. */
  #isOpen: boolean;
  /** On the monotonic clock; after a restart, since the first call. */
  #lastFragment: number | undefined;
  /** When a request of the active publisher was open. */
  #lastOpen = -Infinity;
  readonly #edges = new UtcEdges();
  readonly #resumedInits: ResumedPeriod["inits"];
  /** Fragments of each track. `late`: of a standby, or of before its encoder started again. */
  readonly counts = { stored: 0, repeated: 0, late: 0 } satisfies Partial<
    Record<FragmentResult, number>
  >;

  /** @param resumed last period of a broadcast that is not over, from the archive */
  constructor(settings: SegmenterSettings, resumed?: ResumedPeriod) {
    this.#settings = settings;
    this.#isOpen = this.#hasStarted = resumed !== undefined;
    this.#resumedInits = resumed?.inits;
    this.#publishers = new Publishers(toPublisherOptions(settings));
    this.#periods = new PeriodSequence(
      settings.segmentDuration,
      (event) => this.#events.push(event),
      resumed,
    );
  }

  /** Applies other settings: `segmentDuration` from the next period on. */
  set settings(settings: SegmenterSettings) {
    this.#settings = settings;
    this.#publishers.options = toPublisherOptions(settings);
    this.#periods.segmentDuration = settings.segmentDuration;
  }

  getState({ monotonic }: Instant): ChannelState {
    if (!this.#isOpen) return this.#hasStarted ? "over" : "waiting";
    const isSilent = !this.#periods.isLive || monotonic - this.#lastFragment! >= SILENCE;
    return isSilent ? "silent" : "live";
  }

  /** Returns how long no fragment has arrived, in µs; after a restart, since the first call. */
  getSilence({ monotonic }: Instant): number {
    return monotonic - (this.#lastFragment ??= monotonic);
  }

  /** The publisher whose fragments are stored. */
  get publisher(): LivePublisher | undefined {
    return this.#active;
  }

  /** Samples in memory alone: for each track, in order of decoding. */
  listWaiting(): WaitingSamples[] {
    return this.#active ? listWaiting(this.#active, this.#periods.period) : [];
  }

  /** Samples in memory that are not yet in a chunk, in bytes. */
  get waitingBytes(): number {
    return this.#periods.waitingBytes;
  }

  /** True while samples of a stream are in memory alone: its requests are not answered before they are written. */
  hasWaiting({ publisher, stream }: LiveRequest): boolean {
    const isQueued = publisher.timeline.tracks.some((track) =>
      track.stream === stream && track.queuedBytes > 0
    );
    return isQueued || (this.#periods.period?.hasWaiting(stream) ?? false);
  }

  /** Finds the init segment of a stream, by the name of the key, for a request that starts with a fragment. */
  findInit(publisher: string, stream: string): LiveInit | undefined {
    return this.#publishers.findInit(publisher, stream) ??
      this.#resumedInits?.find((it) => it.publisher === publisher && it.stream === stream)?.init;
  }

  /** Returns true if a broadcast that goes on after a restart has init segments of a publisher, by the name of the key. */
  hasResumed(publisher: string): boolean {
    return this.#resumedInits?.some((it) => it.publisher === publisher) ?? false;
  }

  /** Opens a request of a publisher, by the name of its key. To be called once there is something to store: earlier requests may just end. */
  open(publisher: string, stream: string): LiveRequest {
    return { publisher: this.#publishers.open(publisher, stream, this.#active), stream };
  }

  /** Ends a request: in an orderly way, or not. */
  close({ publisher, stream }: LiveRequest): void {
    publisher.close(stream);
    this.#publishers.prune(this.#active);
  }

  /**
   * Takes an init segment. The same one again changes nothing.
   *
   * @throws MediaError `MEDIA_UNSUPPORTED` for too many streams
   */
  addInit({ publisher, stream }: LiveRequest, init: LiveInit): ChannelEvent[] {
    publisher.addInit(stream, init);
    this.#setInit(publisher, stream, init);
    return this.#takeEvents();
  }

  /** Takes a complete fragment, and returns what is decided now. */
  addFragment(request: LiveRequest, fragment: PushedFragment, now: Instant): ChannelEvent[] {
    this.#checkClock(now);
    const { publisher, stream } = request;
    if (!publisher.inits.has(stream)) this.addInit(request, fragment.init);
    if (!this.#activate(publisher, stream, { fragment, now })) {
      this.counts.late += fragment.tracks.length;
      return this.#takeEvents();
    }
    publisher.record(now.monotonic);
    publisher.ended.delete(stream);
    this.#lastFragment = now.monotonic;
    this.#hasStarted = true;
    this.#isOpen = true;
    for (const track of fragment.tracks) this.#addTrack(request, track, { fragment, now });
    publisher.restarted.delete(stream);
    this.#periods.advance(now.monotonic);
    return this.#takeEvents();
  }

  /** The encoder has ended a stream in an orderly way: the last one ends the broadcast. */
  endStream({ publisher, stream }: LiveRequest): ChannelEvent[] {
    publisher.ended.add(stream);
    const { timeline } = publisher;
    const isActive = timeline === this.#active?.timeline;
    if (isActive && publisher.hasEnded && this.#publishers.haveEnded(timeline)) {
      this.#end(this.#settings.reconnect !== "always");
    }
    return this.#takeEvents();
  }

  /** Samples could not be written: the period ends, and another one begins with those that follow. */
  fail(): ChannelEvent[] {
    this.#periods.abandon();
    return this.#takeEvents();
  }

  /** Notices what has not arrived. To be called about four times a second. */
  tick(now: Instant): ChannelEvent[] {
    this.#checkClock(now);
    if (!this.#isOpen) return this.#takeEvents();
    const { monotonic } = now;
    const { reconnect } = this.#settings;
    for (const track of this.#active?.timeline.tracks ?? []) {
      track.push(track.order.release(monotonic));
    }
    this.#periods.advance(monotonic);
    this.#periods.period?.tick(now);
    if (this.#active && this.#publishers.areOpen(this.#active.timeline)) this.#lastOpen = monotonic;
    const absence = Math.min(this.getSilence(now), monotonic - this.#lastOpen);
    if (reconnect !== "always" && absence >= reconnect * SECOND) this.#end(true);
    return this.#takeEvents();
  }

  /** Stores what waits, and ends the period. The broadcast goes on if a publisher comes back. */
  stop(): ChannelEvent[] {
    this.#end(false);
    return this.#takeEvents();
  }

  #takeEvents(): ChannelEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #log(message: string): void {
    this.#events.push({ kind: "log", message });
  }

  #end(isBroadcastOver: boolean): void {
    if (isBroadcastOver) this.#isOpen = false;
    this.#periods.end({ isBroadcastOver });
    if (this.#active) {
      this.#edges.record(this.#active.timeline);
      this.#publishers.restart(this.#active.timeline);
    }
    this.#active = undefined;
  }

  #checkClock(now: Instant): void {
    const step = this.#systemClock.check(now);
    const clock = this.#active?.timeline.clock;
    if (step === 0 || !clock) return;
    clock.step(step);
    this.#log(`The system's clock was set by ${step / SECOND} s: a period begins`);
    this.#periods.planAtNextSegment("clock");
  }

  #setInit({ timeline }: LivePublisher, stream: string, init: LiveInit): void {
    const known = timeline.findInit(stream);
    if (known && known.key !== init.key) {
      this.#periods.retire(timeline.tracks.filter((track) => track.stream === stream));
    }
    timeline.setInit(stream, init);
  }

  /** Returns false for a publisher whose fragments are dropped. */
  #activate(publisher: LivePublisher, stream: string, { fragment, now }: Arrival): boolean {
    const active = this.#active;
    if (active && active.timeline === publisher.timeline) return true;
    if (active && publisher.join(active, fragment, now)) return true;
    if (active && !active.isSilent(now.monotonic)) {
      if (!publisher.isLogged) {
        this.#log(`Stream '${stream}' of publisher '${publisher.name}' is a standby`);
      }
      publisher.isLogged = true;
      return false;
    }
    this.#active = publisher;
    if (active) {
      this.#edges.record(active.timeline);
      publisher.restart(this.#publishers.options);
    }
    this.#periods.setTimeline(publisher.timeline, active ? "publisher" : "restart");
    return true;
  }

  #addTrack({ publisher, stream }: LiveRequest, fragment: LiveFragment, arrival: Arrival): void {
    const { now } = arrival;
    publisher.timeline.startClock(arrival.fragment, now);
    let track = publisher.timeline.findTrack(stream, fragment.trackId);
    if (!track) return void this.counts.late++; // of before a restart
    if (publisher.hasRestarted(track, fragment)) {
      publisher.restart(this.#publishers.options, publisher.restarted);
      this.#periods.setTimeline(publisher.timeline, "restart");
      publisher.timeline.startClock(arrival.fragment, now);
      track = publisher.timeline.findTrack(stream, fragment.trackId)!;
    }
    this.#periods.restore(track);
    this.#store(track, fragment, publisher, now);
  }

  #store(
    track: PublisherTrack,
    fragment: LiveFragment,
    source: LivePublisher,
    now: Instant,
  ): void {
    const { timeline } = source;
    const timed = { ...timeline.toTimed(track, fragment, now.utc), source };
    this.#edges.restore(timeline, track, timed.time);
    track.hasSent = true;
    const { repeated } = track.order;
    track.push(track.order.add(timed, now.monotonic));
    this.counts[track.order.repeated > repeated ? "repeated" : "stored"]++;
    if (timeline.recordArrival(track, timed, now)) {
      this.#log("The encoder's clock has drifted by 2 s: a period begins");
      this.#periods.planAtNextSegment("clock");
    }
  }
}

interface Arrival {
  readonly fragment: PushedFragment;
  readonly now: Instant;
}
