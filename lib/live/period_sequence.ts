/** The periods of a broadcast, one after the other: moves queued samples into them. */

import type { Time } from "../presentation/presentation.ts";
import type { ChannelEvent } from "./channel_events.ts";
import { LivePeriod } from "./live_period.ts";
import { sumDurations } from "./live_samples.ts";
import {
  computeMaxWait,
  findFirstRetained,
  findPeriodStart,
  getPresentationTime,
  joinPlans,
  type PeriodPlan,
  type PeriodReason,
  splitQueue,
} from "./periods.ts";
import type { PublisherTimeline, PublisherTrack } from "./publisher_timeline.ts";
import type { QueuedSamples } from "./track_queue.ts";

/** Frames that an encoder reorders, at most: composition offsets of so many show how large M has to be. */
const MAX_REORDERED = 16;

/** In µs: how long streams of one track each, which start together, and frames are awaited. */
const SETTLING_TIME = 1e6;
const SECOND = 1e6;

/** Samples that wait for a period are in memory. */
const MAX_WAITING_BYTES = 64 * 2 ** 20;

export class PeriodSequence {
  readonly #emit: (event: ChannelEvent) => void;
  /** In seconds; applies to the next period. */
  segmentDuration: number;
  #timeline: PublisherTimeline | undefined;
  #period: LivePeriod | undefined;
  #plan: PeriodPlan | undefined;
  /** Start of the planned period. */
  #start: Time | undefined;
  /** When the first sample of the planned period arrived, on the monotonic clock. */
  #waitingSince: number | undefined;
  /** Names of the renditions of the last period. */
  #lastNames: readonly string[] = [];
  /** Tracks with samples after a hole, which the current period cannot have. */
  readonly #interrupted = new Set<PublisherTrack>();
  #target: number | undefined;
  #startsBroadcast = true;
  #dropped = 0;

  constructor(segmentDuration: number, emit: (event: ChannelEvent) => void) {
    this.segmentDuration = segmentDuration;
    this.#emit = emit;
  }

  get isLive(): boolean {
    return this.#timeline !== undefined;
  }

  get waitingBytes(): number {
    const queued = this.#timeline?.tracks.reduce((sum, track) => sum + track.queuedBytes, 0) ?? 0;
    return queued + (this.#period?.waitingBytes ?? 0);
  }

  /** Goes on with another timeline: the samples of the one before are stored, and its period ends. */
  setTimeline(timeline: PublisherTimeline, reason: PeriodReason): void {
    this.#finish();
    this.#timeline = timeline;
    this.#setPlan({ reason: this.#startsBroadcast ? "start" : reason });
  }

  /** Plans a period with what follows. */
  plan(reason: PeriodReason, from?: Time): void {
    if (this.#start) return; // it begins soon enough
    this.#setPlan(joinPlans(this.#plan, { reason, from }));
  }

  /** Plans a period from the next segment on. */
  planAtNextSegment(reason: PeriodReason): void {
    if (this.#period && !this.#plan) this.plan(reason, this.#period.nextBoundary);
  }

  /** Ends the period at once, since nothing can be written, and begins another one. */
  abandon(): void {
    if (!this.#period) return;
    this.#period = undefined;
    this.#interrupted.clear();
    this.#emit({ kind: "period ended" });
    this.#setPlan({ reason: "disk" });
  }

  /** Ends the period. After the end of a broadcast, the next period begins another one. */
  end({ isBroadcastOver }: { isBroadcastOver: boolean }): void {
    this.#finish();
    this.#timeline = undefined;
    if (!isBroadcastOver) return;
    this.#target = undefined;
    this.#startsBroadcast = true;
    this.#lastNames = [];
    this.#emit({ kind: "broadcast over" });
  }

  /** Moves what has arrived into the period, or begins one. */
  advance(monotonic: number): void {
    while (this.#timeline) {
      if (this.#plan && !this.#tryBegin(this.#plan, monotonic)) return;
      if (!this.#plan && !this.#drain()) return;
    }
  }

  /** The leader has sent nothing for two segment durations: the other tracks do not wait for it. */
  passBoundary(): void {
    if (this.#period?.waitingBytes) this.#period.passBoundary();
  }

  get leader(): PublisherTrack | undefined {
    return this.#period?.leader;
  }

  #setPlan(plan: PeriodPlan): void {
    this.#plan = plan;
    this.#start = undefined;
    this.#waitingSince = undefined;
  }

  /** Moves all samples of tracks into the period, since no more will come. */
  retire(tracks: readonly PublisherTrack[]): void {
    for (const track of tracks) {
      track.push(track.order.flush());
      this.#drop(track);
    }
  }

  #finish(): void {
    const tracks = this.#timeline?.tracks ?? [];
    for (const track of tracks) track.push(track.order.flush());
    this.advance(Infinity); // begins a period that waits
    this.retire(tracks);
    this.#endPeriod();
    this.#plan = undefined;
    this.#start = undefined;
  }

  #endPeriod(): void {
    this.#period?.end();
    this.#target = this.#period?.target ?? this.#target;
    this.#interrupted.clear();
    this.#period = undefined;
    if (this.#dropped === 0) return;
    this.#emit({ kind: "log", message: `${this.#dropped} samples between periods were left out` });
    this.#dropped = 0;
  }

  /** Moves all samples into the period. Returns true if another period is due. */
  #drain(): boolean {
    const period = this.#period!;
    for (const track of this.#timeline!.tracks) {
      if (track.queued.length === 0) continue;
      if (period.has(track)) this.#drainTrack(track);
      else this.#planWithTrack(track, period);
    }
    period.advance();
    return this.#plan !== undefined;
  }

  #drainTrack(track: PublisherTrack): void {
    const { queued } = track;
    const holeAt = queued.findIndex(({ followsHole }) => followsHole);
    const end = holeAt < 0 ? queued.length : holeAt;
    track.queued = queued.slice(end);
    const isPresentable = this.#moveToPeriod(track, queued.slice(0, end));
    if (track.queued[0]) this.plan("hole", track.earliestStart);
    else if (!isPresentable) this.plan("reordering");
  }

  #planWithTrack(track: PublisherTrack, period: LivePeriod): void {
    const first = track.earliestStart;
    if (findFirstRetained(track, first)) {
      this.plan(period.tracks.some(({ name }) => name === track.name) ? "init" : "track", first);
    } else this.#drop(track);
  }

  #drop(track: PublisherTrack): void {
    this.#moveToPeriod(track, track.queued);
    track.queued = [];
  }

  /**
   * Adds samples to the period if it has the track, up to a hole; drops others.
   *
   * @returns false if one is presented too early
   */
  #moveToPeriod(track: PublisherTrack, batches: readonly QueuedSamples[]): boolean {
    const accepts = this.#period?.has(track) && !this.#interrupted.has(track);
    const holeAt = batches.findIndex(({ followsHole }) => followsHole);
    const end = !accepts ? 0 : holeAt < 0 ? batches.length : holeAt;
    if (holeAt >= 0) this.#interrupted.add(track);
    for (const { samples } of batches.slice(end)) this.#dropped += samples.sizes.length;
    if (!accepts || this.#period!.add(track, batches.slice(0, end))) return true;
    this.#interrupted.add(track);
    return false;
  }

  /** Returns true if the planned period has begun. */
  #tryBegin(plan: PeriodPlan, monotonic: number): boolean {
    const tracks = this.#timeline!.tracks;
    if (tracks.some(({ queued }) => queued.length > 0)) this.#waitingSince ??= monotonic;
    const leader = this.#findLeader(tracks, monotonic);
    if (leader && !this.#start) this.#start = this.#findStart(leader, plan);
    for (const track of tracks) this.#trim(track, { leader, from: this.#start ?? plan.from });
    this.#period?.advance();
    if (!leader || !this.#start || !this.#isReady(tracks, leader, monotonic)) return false;
    this.#begin(plan.reason, { leader, start: this.#start });
    return true;
  }

  #findLeader(tracks: readonly PublisherTrack[], monotonic: number): PublisherTrack | undefined {
    const isOverdue = this.#isOverdue(monotonic);
    const candidates = tracks.filter(({ queued, hasSent }) =>
      queued.length > 0 || !isOverdue && (hasSent || this.#period === undefined)
    );
    const leader = candidates.find(({ type }) => type === "video") ?? candidates[0];
    return leader?.queued.length ? leader : undefined;
  }

  #findStart(leader: PublisherTrack, { from }: PeriodPlan): Time | undefined {
    const found = findPeriodStart(leader, from);
    if (!found) return undefined;
    const ticks = getPresentationTime(leader.queued[found.batch]!, found.sample, leader.shift);
    return { ticks, timescale: leader.timescale };
  }

  /** Moves what is before a period's start to the period before. */
  #trim(
    track: PublisherTrack,
    { leader, from }: { leader: PublisherTrack | undefined; from: Time | undefined },
  ): void {
    const isLeader = track === leader;
    if (!from && !isLeader) return;
    const found = isLeader
      ? this.#start && findPeriodStart(track, this.#start)
      : findFirstRetained(track, from!);
    if (!found && !isLeader) return;
    const { before, rest } = found
      ? splitQueue(track.queued, found)
      : { before: track.queued, rest: [] };
    this.#moveToPeriod(track, before);
    track.queued = rest;
  }

  #isOverdue(monotonic: number): boolean {
    const waited = monotonic - (this.#waitingSince ?? monotonic);
    return waited >= computeMaxWait(this.segmentDuration) * SECOND ||
      this.waitingBytes > MAX_WAITING_BYTES;
  }

  #isReady(tracks: readonly PublisherTrack[], leader: PublisherTrack, monotonic: number): boolean {
    if (this.#isOverdue(monotonic)) return true;
    const length = leader.queued.reduce((sum, { samples }) => sum + sumDurations(samples), 0);
    if (length >= computeMaxWait(this.segmentDuration) * leader.timescale) return true;
    if (!tracks.every((track) => this.#hasStart(track, leader))) return false;
    const names = new Set(tracks.map(({ name }) => name));
    if (this.#lastNames.some((name) => !names.has(name))) return false;
    if (monotonic - this.#waitingSince! >= SETTLING_TIME) return true;
    return (this.#lastNames.length > 0 || this.#timeline!.isComplete) &&
      tracks.every((track) => track.type === "audio" || track.queuedCount > MAX_REORDERED);
  }

  #hasStart(track: PublisherTrack, leader: PublisherTrack): boolean {
    return track === leader || findFirstRetained(track, this.#start!) !== undefined;
  }

  #begin(reason: PeriodReason, { leader, start }: { leader: PublisherTrack; start: Time }): void {
    const timeline = this.#timeline!;
    const { segmentDuration } = this;
    const tracks = timeline.tracks.filter((track) => this.#hasStart(track, leader));
    this.#endPeriod();
    timeline.clock?.correct();
    for (const track of timeline.tracks) {
      if (tracks.includes(track)) track.startPeriod();
      else this.#drop(track);
    }
    const emit = this.#emit;
    this.#period = new LivePeriod({
      ...{ tracks, leader, start, segmentDuration, emit },
      target: this.#target,
    });
    const periodTracks = this.#period.tracks;
    emit({
      ...{ kind: "period began", reason, tracks: periodTracks },
      startsBroadcast: this.#startsBroadcast,
      start: timeline.toUtc(start),
    });
    this.#startsBroadcast = false;
    this.#lastNames = periodTracks.map(({ name }) => name);
    this.#plan = undefined;
    this.#start = undefined;
    this.#waitingSince = undefined;
  }
}
