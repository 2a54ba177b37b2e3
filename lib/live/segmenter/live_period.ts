/** A period that grows: the segmenters of its tracks. */

import type { Time } from "../../presentation/presentation.ts";
import { rescale } from "../../time.ts";
import type { Instant } from "./clock.ts";
import type { ChannelEvent, PeriodTrack } from "./channel_events.ts";
import type { PublisherTimeline, PublisherTrack } from "./publisher_timeline.ts";
import type { ResumedPeriod } from "./resumed_period.ts";
import { SegmentBoundaries } from "./segment_boundaries.ts";
import type { PeriodTiming } from "./period_timing.ts";
import { TrackSegmenter } from "./track_segmenter.ts";
import type { QueuedSamples } from "./track_queue.ts";

export interface LivePeriodOptions {
  /** The leader, and tracks with at least one retained sample in their queue. */
  readonly tracks: readonly PublisherTrack[];
  readonly leader: PublisherTrack;
  /** Presentation time of the period's start on the publisher's timeline. */
  readonly start: Time;
  /** In seconds. */
  readonly segmentDuration: number;
  /** Target duration of the broadcast, in seconds; undefined before it is fixed. */
  readonly target: number | undefined;
  readonly emit: (event: ChannelEvent) => void;
  /** Set if the period goes on after a restart: its tracks are `tracks`, with their timing set. */
  readonly resumed?: ResumedPeriod;
}

/** The second segment shows how long segments are. */
const MIN_LISTED_SEGMENTS = 2;

/** Before the target duration is fixed: a GOP of 7 s in segments of 2 s is still whole. In seconds. */
const MIN_FIRST_LIMIT = 10;

/** No packet of audio lasts longer: by so much audio segments may be longer than those of video, and must not round up (RFC 8216 §4.3.3.1). In seconds. */
const PACKET = 0.05;

const SECOND = 1e6;

/** In µs: how long the other tracks wait at most for the leader. */
const MAX_PAUSE = 30 * SECOND;

/** In µs: how long the start of a segment waits for half a second of it. */
const MAX_HELD = 0.5 * SECOND;

/** Boundaries without a sample between them: a minute or more. */
const MAX_PASSED = 60;

interface PeriodMember {
  readonly source: PublisherTrack;
  readonly segmenter: TrackSegmenter;
}

export class LivePeriod {
  readonly start: Time;
  readonly #options: LivePeriodOptions;
  readonly #boundaries: SegmentBoundaries;
  readonly #members: PeriodMember[];
  readonly #leader: PeriodMember;
  #target: number | undefined;

  constructor(options: LivePeriodOptions) {
    const { tracks, leader, start, segmentDuration, target, emit, resumed } = options;
    this.#options = options;
    this.start = start;
    this.#target = target;
    this.#boundaries = new SegmentBoundaries(leader.timescale, segmentDuration);
    this.#members = tracks.map((source, track) => {
      const isLeader = source === leader;
      const timing = computeTiming(source, start);
      const { name, live: { type } } = source;
      const boundaries = this.#boundaries;
      const segments = resumed?.tracks[track]?.segments ?? 0;
      const segmenter = new TrackSegmenter({
        ...{ track, name, type, isLeader, timing, boundaries, segments, emit },
      });
      segmenter.maxDuration = this.#maxDuration * source.timescale;
      return { source, segmenter };
    });
    this.#leader = this.#members.find(({ source }) => source === leader)!;
  }

  describeTracks(timeline: PublisherTimeline): PeriodTrack[] {
    return this.#members.map(({ source }) => {
      const { name, stream, init, live, timescale } = source;
      const { decodeOrigin, presentationShift, mediaTime } = computeTiming(source, this.start);
      const origin = timeline.getOrigin(timescale);
      return {
        ...{ name, stream, init, live, mediaTime },
        decodeOrigin: BigInt(decodeOrigin) + origin,
        presentationShift: BigInt(presentationShift) - origin,
      };
    });
  }

  get leader(): PublisherTrack {
    return this.#leader.source;
  }

  has(source: PublisherTrack): boolean {
    return this.#members.some((member) => member.source === source);
  }

  get target(): number | undefined {
    return this.#target;
  }

  /** Bytes of samples that are not in a chunk. */
  get waitingBytes(): number {
    return this.#members.reduce((sum, { segmenter }) => sum + segmenter.waitingBytes, 0);
  }

  /** Start of the leader's next segment at the earliest, on the publisher's timeline. */
  get nextBoundary(): Time {
    const { timescale } = this.#boundaries;
    const start = rescale(this.start.ticks, this.start.timescale, timescale);
    return { ticks: start + this.#boundaries.next, timescale };
  }

  /**
   * Adds samples of a track of the period.
   *
   * @returns false if a sample cannot be presented in it, since its edit is too short
   */
  add(source: PublisherTrack, batches: readonly QueuedSamples[]): boolean {
    const { segmenter } = this.#members.find((member) => member.source === source)!;
    return batches.every((batch) => segmenter.add(batch));
  }

  /** Segments what was added. */
  advance(): void {
    this.#leader.segmenter.advance();
    this.#advanceOthers();
  }

  /** Goes on without what has not arrived. */
  tick({ utc, monotonic }: Instant): void {
    if (this.#isLeaderSilent(monotonic)) this.#passBoundary();
    for (const { segmenter } of this.#members) segmenter.release(utc - MAX_HELD);
    this.#fixTarget();
  }

  /** Samples of a track that are not in a chunk, in order. */
  listWaiting(source: PublisherTrack): QueuedSamples[] {
    return this.#members.find((member) => member.source === source)?.segmenter.waiting ?? [];
  }

  /** True if samples of a stream are in memory. */
  hasWaiting(stream: string): boolean {
    return this.#members.some(({ source, segmenter }) =>
      source.stream === stream && segmenter.waitingBytes > 0
    );
  }

  /** @param isLast if no other period of the broadcast follows: then one segment is enough to list it */
  end(isLast: boolean): void {
    this.#leader.segmenter.end();
    this.#boundaries.end();
    for (const { segmenter } of this.#members) segmenter.end();
    this.#fixTarget(isLast ? 1 : MIN_LISTED_SEGMENTS);
    this.#options.emit({ kind: "period ended" });
  }

  /** Two segments, or twice its last fragment, since GOPs may be longer than segments. */
  #isLeaderSilent(monotonic: number): boolean {
    const { lastArrival, lastDuration } = this.leader;
    const expected = Math.max(this.#options.segmentDuration * SECOND, lastDuration);
    return monotonic - lastArrival >= 2 * Math.min(expected, MAX_PAUSE);
  }

  /** Lets the other tracks pass the next boundaries, until a sample has passed. */
  #passBoundary(): void {
    const before = this.#bytesAhead;
    if (before === 0) return;
    for (let i = 0; i < MAX_PASSED && this.#bytesAhead === before; i++) {
      this.#boundaries.extrapolate();
      this.#advanceOthers();
    }
  }

  get #bytesAhead(): number {
    return this.#members.reduce((sum, { segmenter }) => sum + segmenter.bytesAhead, 0);
  }

  #advanceOthers(): void {
    for (const member of this.#members) if (member !== this.#leader) member.segmenter.advance();
    this.#fixTarget();
  }

  get #maxDuration(): number {
    const { segmentDuration } = this.#options;
    return (this.#target ?? Math.max(MIN_FIRST_LIMIT, 3 * segmentDuration)) + 0.5 - PACKET;
  }

  /** @param listed segments of the leader from which on the target duration is fixed */
  #fixTarget(listed = MIN_LISTED_SEGMENTS): void {
    const { emit, segmentDuration } = this.#options;
    const { segmenter, source: { timescale } } = this.#leader;
    if (this.#target !== undefined || segmenter.closed < listed || segmenter.longest === 0) return;
    this.#target = Math.max(
      1,
      Math.round(Math.max(segmentDuration, segmenter.longest / timescale + PACKET)),
    );
    for (const member of this.#members) {
      member.segmenter.maxDuration = this.#maxDuration * member.source.timescale;
    }
    emit({ kind: "target fixed", seconds: this.#target });
  }
}

/**
 * Returns the segment duration of a period in seconds. One that is longer than the target duration, which a broadcast keeps, would be cut
 * without a sync sample: `last` stays, that of the period before, or if it is unknown since `ams` was restarted, the target duration.
 */
export function limitSegmentDuration(
  requested: number,
  { target, last }: { readonly target: number | undefined; readonly last: number | undefined },
): number {
  return target === undefined || Math.round(requested) <= target ? requested : last ?? target;
}

/** The queue of `source` starts with the first retained sample. */
function computeTiming(source: PublisherTrack, start: Time): PeriodTiming {
  const { timescale, live, timing } = source;
  if (timing) return timing;
  const decodeOrigin = source.queued[0]!.time;
  const presentationShift = live.shift - rescale(start.ticks, start.timescale, timescale);
  // Composition offsets may fall to 0, or to what was seen so far, in fragments to come.
  const delay = Math.min(0, source.minOffset) + presentationShift + decodeOrigin;
  const mediaTime = Math.max(0, -delay);
  return source.timing = { timescale, decodeOrigin, presentationShift, mediaTime };
}
