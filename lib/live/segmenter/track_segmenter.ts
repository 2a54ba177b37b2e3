/** Segments one track of a period. */

import { MIN_LAST_SEGMENT } from "../../presentation/boundaries.ts";
import type { FragmentRun } from "../../mp4/moof.ts";
import type { ChannelEvent } from "./channel_events.ts";
import {
  countSamples,
  isSyncSample,
  type LiveSamples,
  measureSamples,
  sliceSamples,
  sumColumn,
  sumDurations,
} from "../media/live_samples.ts";
import { splitBatch, SYNC_TOLERANCE } from "./periods.ts";
import type { PeriodTiming } from "./period_timing.ts";
import type { SegmentBoundaries } from "./segment_boundaries.ts";
import type { QueuedSamples } from "./track_queue.ts";

export interface TrackSegmenterOptions {
  /** Index in the tracks of the period. */
  readonly track: number;
  /** Name of the rendition, for log lines. */
  readonly name: string;
  readonly type: "video" | "audio";
  readonly isLeader: boolean;
  readonly timing: PeriodTiming;
  readonly boundaries: SegmentBoundaries;
  /** Segments of before a restart. */
  readonly segments: number;
  readonly emit: (event: ChannelEvent) => void;
}

/** The start of a segment that is not certain yet: a tail shorter than half a second joins the segment before. */
interface HeldStart {
  readonly pieces: QueuedSamples[];
  readonly isForced: boolean;
  duration: number;
}

export class TrackSegmenter {
  readonly #options: TrackSegmenterOptions;
  #waiting: QueuedSamples[] = [];
  #held: HeldStart | undefined;
  /** Ordinal of the current segment, or of the last one. */
  #ordinal: number;
  /** True until the first segment after a restart. */
  #isResumed: boolean;
  #isOpen = false;
  /** Set until the first chunk of a segment. */
  #starts = false;
  #isForced = false;
  #segmentStart = 0;
  /** Index of the next boundary. */
  #boundary = 0;
  #presentedEnd = 0;
  #syncStarts = true;
  #hasWarned = false;
  /** Decode times of the chunks of the current segment. */
  #chunksStart = 0;
  #chunksEnd = 0;
  /** Longest closed segment, in ticks. */
  longest = 0;
  /** In ticks: a segment that would be longer is closed without a sync sample. */
  maxDuration = Infinity;

  constructor(options: TrackSegmenterOptions) {
    this.#options = options;
    this.#ordinal = options.segments - 1;
    this.#isResumed = options.segments > 0;
  }

  get closed(): number {
    return this.#isOpen ? this.#ordinal : this.#ordinal + 1;
  }

  /** Bytes that wait for the leader. */
  get bytesAhead(): number {
    return sumBytes(this.#waiting);
  }

  /** Samples that are not in a chunk, in order. */
  get waiting(): QueuedSamples[] {
    return [...this.#held?.pieces ?? [], ...this.#waiting];
  }

  /** Bytes that wait for the leader, or for more samples of their segment. */
  get waitingBytes(): number {
    return this.bytesAhead + sumBytes(this.#held?.pieces ?? []);
  }

  /** Starts a segment although less than half a second of it has arrived, before a moment in µs since 1970. */
  release(before: number): void {
    const arrival = this.#held?.pieces[0]?.arrival;
    if (arrival !== undefined && arrival <= before) this.#releaseHeld();
  }

  /**
   * Adds samples. Those that the boundaries do not cover yet wait.
   *
   * @returns false if a sample is presented earlier than `mediaTime` allows: it and later ones were not added
   */
  add(batch: QueuedSamples): boolean {
    const { samples } = batch;
    if (batch.startsFragment && !isSyncSample(samples, 0)) this.#syncStarts = false;
    const { decodeOrigin, presentationShift, mediaTime } = this.#options.timing;
    const min = -(decodeOrigin + presentationShift + mediaTime);
    const early = samples.compositionOffsets.findIndex((offset) => offset < min);
    if (early < 0) this.#waiting.push(batch);
    else if (early > 0) this.#waiting.push(splitBatch(batch, early)[0]);
    return early < 0;
  }

  /** Segments what the boundaries cover. */
  advance(): void {
    for (let batch = this.#waiting[0]; batch; batch = this.#waiting[0]) {
      const taken = this.#take(batch);
      if (taken < countSamples(batch.samples)) {
        if (taken > 0) this.#waiting[0] = splitBatch(batch, taken)[1];
        return;
      }
      this.#waiting.shift();
      if (batch.endsFragment) this.#closeEarly();
    }
  }

  /** Closes the last segment. No more samples follow. */
  end(): void {
    this.advance();
    const tail = this.#held?.pieces ?? [];
    this.#held = undefined;
    for (const piece of tail) this.#emitChunk(piece);
    this.#close({ isLast: true });
  }

  /** Returns how many samples of a batch were taken. */
  #take(batch: QueuedSamples): number {
    const { samples } = batch;
    const { timing, boundaries, isLeader } = this.#options;
    const count = countSamples(samples);
    const limit = isLeader ? Infinity : boundaries.limit(timing.timescale);
    let first = 0;
    let decoded = batch.time;
    for (let i = 0; i < count; i++) {
      const presented = decoded + samples.compositionOffsets[i]! + timing.presentationShift;
      const known = boundaries.get(this.#boundary, timing.timescale);
      if (!isLeader && known === Infinity && presented >= limit) {
        this.#pass(batch, first, i);
        return i;
      }
      const end = decoded + samples.durations[i]!;
      const isSync = isSyncSample(samples, i);
      const start = this.#findStart(isSync, end, presented);
      if (start) {
        this.#pass(batch, first, i);
        first = i;
        this.#startSegment(!isSync || start === "forced", decoded, presented);
        if (start === "forced") this.#warnOfCut();
      }
      decoded = end;
      this.#presentedEnd = Math.max(this.#presentedEnd, presented + samples.durations[i]!);
    }
    this.#pass(batch, first, count);
    if (isLeader) this.#advanceBoundaries(decoded);
    return count;
  }

  #findStart(isSync: boolean, end: number, presented: number): "regular" | "forced" | undefined {
    if (!this.#isOpen) return "regular";
    if (presented <= 0) return undefined; // the first segment would end where it starts
    const { type, timing: { timescale } } = this.#options;
    const isVideo = type === "video";
    const boundary = this.#nextBoundary - (isVideo ? SYNC_TOLERANCE * timescale : 0);
    if (presented >= boundary && (isSync || !isVideo)) return "regular";
    return end - this.#segmentStart > this.maxDuration ? "forced" : undefined;
  }

  /** One line says it of all segments of the period. */
  #warnOfCut(): void {
    const { name, type, boundaries, emit } = this.#options;
    if (type === "audio" || this.#hasWarned) return;
    this.#hasWarned = true;
    const advice =
      `set the key frame interval of the encoder to ${boundaries.segmentDuration} s or a part of it`;
    emit({ kind: "log", message: `A segment of ${name} starts without a key frame: ${advice}` });
  }

  get #nextBoundary(): number {
    const { isLeader, boundaries, timing: { timescale } } = this.#options;
    return isLeader ? boundaries.next : boundaries.get(this.#boundary, timescale);
  }

  #startSegment(isForced: boolean, decoded: number, presented: number): void {
    const { isLeader, boundaries, timing } = this.#options;
    if (this.#held) this.#releaseHeld();
    if (isLeader && (this.#isOpen || this.#isResumed)) boundaries.start(presented);
    this.#passBoundaries(presented + (this.#isResumed ? MIN_LAST_SEGMENT * timing.timescale : 0));
    this.#isResumed = false;
    this.#segmentStart = decoded;
    if (this.#isOpen) this.#held = { pieces: [], isForced, duration: 0 };
    else this.#open(isForced);
  }

  #passBoundaries(presented: number): void {
    const { boundaries, isLeader, timing: { timescale } } = this.#options;
    if (isLeader) return;
    const reached = presented + SYNC_TOLERANCE * timescale;
    while (boundaries.get(this.#boundary, timescale) <= reached) this.#boundary++;
  }

  /** The leader's next sync sample is presented as long after it is decoded as the first one. */
  #advanceBoundaries(decodedEnd: number): void {
    const { boundaries, timing: { decodeOrigin } } = this.#options;
    boundaries.advance(decodedEnd - decodeOrigin);
  }

  /** Closes a segment that ends on its boundary, if the next fragment will start with a sync sample as all have so far. */
  #closeEarly(): void {
    const { isLeader, boundaries } = this.#options;
    if (!this.#syncStarts || !this.#isOpen || this.#held) return;
    if (this.#presentedEnd < this.#nextBoundary) return;
    if (isLeader) boundaries.start(this.#presentedEnd);
    else this.#passBoundaries(this.#presentedEnd);
    this.#close();
  }

  #pass(batch: QueuedSamples, first: number, end: number): void {
    if (first === end) return;
    const { samples, time } = batch;
    const piece = {
      ...batch,
      samples: sliceSamples(samples, first, end),
      time: time + sumColumn(samples.durations, 0, first),
    };
    const held = this.#held;
    if (!held) return this.#emitChunk(piece);
    held.pieces.push(piece);
    held.duration += sumColumn(samples.durations, first, end);
    if (held.duration >= MIN_LAST_SEGMENT * this.#options.timing.timescale) this.#releaseHeld();
  }

  #releaseHeld(): void {
    const held = this.#held!;
    this.#held = undefined;
    this.#close();
    this.#open(held.isForced);
    for (const piece of held.pieces) this.#emitChunk(piece);
  }

  #open(isForced: boolean): void {
    this.#ordinal++;
    this.#isOpen = true;
    this.#starts = true;
    this.#isForced = isForced;
  }

  #close({ isLast }: { readonly isLast: boolean } = { isLast: false }): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.longest = Math.max(this.longest, this.#chunksEnd - this.#chunksStart);
    const { track, emit } = this.#options;
    emit({ kind: "segment closed", track, ordinal: this.#ordinal, isLast });
  }

  #emitChunk({ samples, time, arrival }: QueuedSamples): void {
    const { track, emit, timing } = this.#options;
    if (this.#starts) this.#chunksStart = time;
    this.#chunksEnd = time + sumDurations(samples);
    emit({
      ...{ kind: "chunk", track, ordinal: this.#ordinal, arrival },
      startsSegment: this.#starts,
      isForced: this.#isForced,
      run: toRun(samples, time, timing),
      samples: samples.data,
    });
    this.#starts = false;
    this.#isForced = false;
  }
}

/** Composition offsets become presentation time + M − decode time. */
export function toRun(samples: LiveSamples, time: number, timing: PeriodTiming): FragmentRun {
  const { description, sizes, durations, flags, compositionOffsets } = samples;
  const { decodeOrigin, presentationShift, mediaTime } = timing;
  const shift = decodeOrigin + presentationShift + mediaTime;
  return {
    ...{ sizes, durations, flags },
    descriptionIndex: description + 1,
    time: time - decodeOrigin,
    compositionOffsets: Uint32Array.from(compositionOffsets, (offset) => offset + shift),
  };
}

function sumBytes(batches: readonly QueuedSamples[]): number {
  return batches.reduce((sum, { samples }) => sum + measureSamples(samples), 0);
}
