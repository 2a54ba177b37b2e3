/** The periods of a broadcast, one after the other: moves queued samples into them. */

import type { Time } from "../../presentation/presentation.ts";
import type { ChannelEvent } from "./channel_events.ts";
import { limitSegmentDuration, LivePeriod, type LivePeriodOptions } from "./live_period.ts";
import { findLeader, hasStart, isReady, waitsTooLong } from "./period_readiness.ts";
import {
  findFirstRetained,
  findPeriodStart,
  findStartTime,
  joinPlans,
  type PeriodPlan,
  type PeriodReason,
  splitQueue,
} from "./periods.ts";
import type { PublisherTimeline, PublisherTrack } from "./publisher_timeline.ts";
import { matchResumed, restoreEdge, type ResumedPeriod } from "./resumed_period.ts";
import type { QueuedSamples } from "./track_queue.ts";

export class PeriodSequence {
  readonly #emit: (event: ChannelEvent) => void;
  /** In seconds; applies to the next period, unless it is longer than the target duration of the broadcast. */
  segmentDuration: number;
  /** Segment duration of the last period, in seconds. */
  #lastDuration: number | undefined;
  #timeline: PublisherTimeline | undefined;
  #period: LivePeriod | undefined;
  #plan: PeriodPlan | undefined;
  /** Start of the planned period, and the leader that has a sample there. */
  #start: Time | undefined;
  #starter: PublisherTrack | undefined;
  /** When the first sample of the planned period arrived, on the monotonic clock. */
  #waitingSince: number | undefined;
  /** Names of the renditions of the last period. */
  #lastNames: readonly string[] = [];
  /** Tracks with samples after a hole, which the current period cannot have. */
  readonly #interrupted = new Set<PublisherTrack>();
  #target: number | undefined;
  #startsBroadcast = true;
  #epoch = -Infinity; // of the broadcast
  #dropped = 0;
  readonly #resumed: ResumedPeriod | undefined;
  /** True until `#resumed` has gone on, or another period begins. */
  #mayResume: boolean;

  /** @param resumed last period of a broadcast that is not over */
  constructor(
    segmentDuration: number,
    emit: (event: ChannelEvent) => void,
    resumed?: ResumedPeriod,
  ) {
    this.segmentDuration = segmentDuration;
    this.#emit = emit;
    this.#resumed = resumed;
    this.#mayResume = resumed !== undefined;
    if (!resumed) return;
    this.#startsBroadcast = false;
    this.#epoch = resumed.epoch ?? -Infinity;
    this.#target = resumed.target;
    this.#lastNames = resumed.tracks.map(({ name }) => name);
  }

  /** Sets where a track goes on after a restart, before its first sample. */
  restore(track: PublisherTrack): void {
    if (this.#resumed) restoreEdge(this.#resumed, this.#timeline!, track);
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
    this.#finish(isBroadcastOver);
    this.#timeline = undefined;
    if (isBroadcastOver) this.#endBroadcast();
  }

  #endBroadcast(): void {
    this.#mayResume = false;
    this.#lastNames = [];
    this.#target = undefined;
    this.#startsBroadcast = true;
    this.#emit({ kind: "broadcast over" });
  }

  /** Moves what has arrived into the period, or begins one. */
  advance(monotonic: number): void {
    while (this.#timeline) {
      if (this.#plan && !this.#tryBegin(this.#plan, monotonic)) return;
      if (!this.#plan && !this.#drain()) return;
    }
  }

  get period(): LivePeriod | undefined {
    return this.#period;
  }

  #setPlan(plan: PeriodPlan | undefined): void {
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

  #finish(isBroadcastOver = false): void {
    const tracks = this.#timeline?.tracks ?? [];
    for (const track of tracks) track.push(track.order.flush());
    this.advance(Infinity); // begins a period that waits
    this.retire(tracks);
    this.#endPeriod(isBroadcastOver);
    this.#setPlan(undefined);
  }

  #endPeriod(isBroadcastOver = false): void {
    this.#period?.end(isBroadcastOver);
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
      else this.#planWithTrack(track);
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

  #planWithTrack(track: PublisherTrack): void {
    const first = track.earliestStart;
    if (findFirstRetained(track, first)) {
      this.plan(this.#lastNames.includes(track.name) ? "init" : "track", first);
    } else this.#drop(track);
  }

  #drop(track: PublisherTrack): void {
    this.#moveToPeriod(track, track.queued);
    track.queued = [];
  }

  /** Adds samples to the period if it has the track, up to a hole; drops others. Returns false if one is presented too early. */
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
    if (this.#mayResume && this.#tryResume(monotonic)) return true;
    if (this.#mayResume) return false; // it waits
    const isOverdue = this.#isOverdue(monotonic);
    const leader = findLeader(tracks, ({ hasSent }) => !isOverdue && (hasSent || !this.#period));
    if (leader !== this.#starter) this.#start = undefined;
    this.#starter = leader;
    if (leader) this.#start ??= findStartTime(leader, plan.from);
    for (const track of tracks) this.#trim(track, { leader, from: this.#start ?? plan.from });
    this.#period?.advance();
    if (!leader?.queued.length || !this.#start) return false;
    const gathered = { tracks, leader, start: this.#start };
    const isBeginning = isOverdue || isReady({
      ...gathered,
      lastNames: this.#lastNames,
      isComplete: this.#timeline!.isComplete,
      waited: monotonic - this.#waitingSince!,
      segmentDuration: this.segmentDuration,
    });
    if (isBeginning) this.#begin(plan.reason, gathered);
    return isBeginning;
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
    const { before, rest } = splitQueue(track.queued, found);
    this.#moveToPeriod(track, before);
    track.queued = rest;
  }

  #isOverdue(monotonic: number): boolean {
    const waited = monotonic - (this.#waitingSince ?? monotonic);
    return waitsTooLong(waited, this.waitingBytes, this.segmentDuration);
  }

  /** Returns true if the period of before a restart goes on. */
  #tryResume(monotonic: number): boolean {
    const resumed = this.#resumed!;
    const match = matchResumed(resumed, this.#timeline!);
    if (match === "waiting" && !this.#isOverdue(monotonic)) return false;
    this.#mayResume = false;
    if (!match || match === "waiting") return false;
    this.#setPeriod({ ...match, resumed });
    this.#emit({ kind: "period continued" });
    return true;
  }

  #begin(reason: PeriodReason, { leader, start }: { leader: PublisherTrack; start: Time }): void {
    const timeline = this.#timeline!;
    const tracks = timeline.tracks.filter((track) => hasStart(track, { leader, start }));
    this.#endPeriod();
    timeline.clock?.correct();
    const utc = timeline.toUtc(start);
    if (!this.#startsBroadcast && utc < this.#epoch) this.#endBroadcast(); // its times cannot be negative
    if (this.#startsBroadcast) this.#epoch = utc;
    for (const track of timeline.tracks) {
      if (tracks.includes(track)) track.startPeriod();
      else this.#drop(track);
    }
    const period = this.#setPeriod({ tracks, leader, start });
    this.#emit({
      ...{ kind: "period began", reason, tracks: period.describeTracks(timeline) },
      ...{ startsBroadcast: this.#startsBroadcast, start: utc },
    });
    this.#startsBroadcast = false;
  }

  #setPeriod(
    members: Pick<LivePeriodOptions, "tracks" | "leader" | "start" | "resumed">,
  ): LivePeriod {
    const [target, last] = [this.#target, this.#lastDuration];
    const segmentDuration = limitSegmentDuration(this.segmentDuration, { target, last });
    this.#lastDuration = segmentDuration;
    this.#period = new LivePeriod({ ...members, target, segmentDuration, emit: this.#emit });
    this.#lastNames = members.tracks.map(({ name }) => name);
    this.#setPlan(undefined);
    return this.#period;
  }
}
