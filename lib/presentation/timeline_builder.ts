import { MediaError } from "../errors.ts";
import { GrowingColumn } from "./growing_column.ts";
import { computeSegmentHeaderSize } from "./segment_bytes.ts";
import { checkSegmentCount, type TimedTrack, type Timeline } from "./segment_timeline.ts";
import { computePresentationEnd } from "./track_end.ts";

/** No real movie has a million frames between sync samples. */
export const MAX_SEGMENT_SAMPLES = 2 ** 20;

export interface TimelineOptions {
  /** In ticks: a shorter last segment joins the one before it. */
  readonly minLastSegment?: number;
  /** True if segments are plain samples, such as images. */
  readonly withoutHeaders?: boolean;
}

/**
 * Collects the segments of a track in order. A segment that would not be presented after the one before it joins that one. The
 * cost of a snapshot is in proportion to the segments that the previous one does not list.
 */
export class TimelineBuilder {
  #track: TimedTrack;
  readonly #options: TimelineOptions;
  readonly #times = new GrowingColumn();
  readonly #samples = new GrowingColumn();
  readonly #firstSampleTimes = new GrowingColumn();
  readonly #decodeTimes = new GrowingColumn();
  readonly #bytes = new GrowingColumn();
  readonly #headers = new GrowingColumn();
  #next: number;
  #end: number | undefined;
  /** Number of segments in the last snapshot. */
  #listed = 0;
  /** True if the start of the open segment was added, or that joins the segment before it. */
  #isStartKnown = false;
  #isClosed = false;

  constructor(track: TimedTrack, options: TimelineOptions = {}) {
    this.#track = track;
    this.#options = options;
    this.#next = track.timing.first;
  }

  /** Presentation time of the end of all samples so far. */
  get end(): number {
    return this.#end ??= computePresentationEnd(this.#track);
  }

  /** Presentation times of the first samples of segments: the last snapshot lists all but the last one. */
  get firstSampleTimes(): Float64Array {
    return this.#firstSampleTimes.view(this.#firstSampleTimes.length);
  }

  /** Replaces the track by one with more samples, of which the known ones are unchanged. */
  append(track: TimedTrack): void {
    this.#track = track;
    this.#end = undefined;
  }

  /**
   * Starts a segment at `sample`, which must be greater than at the call before.
   *
   * @throws MediaError as `checkSegmentCount()`
   */
  startSegment(sample: number): void {
    if (!this.#isStartKnown) this.#addStart(findEarliestTime(this.#track, this.#next, sample).time);
    this.#isStartKnown = false;
    this.#next = sample;
  }

  /** Adds the start of the open segment, unless that joins the one before it. */
  #addStart(time: number): void {
    const { timing } = this.#track;
    const first = this.#next;
    const firstSampleTime = timing.presentationTime(first); // may throw, to be called again with pages
    const decodeTime = timing.decodeTime(first);
    const { length } = this.#times;
    if (length > 0 && time <= this.#times.at(length - 1)) return;
    checkSegmentCount(length + 1);
    this.#samples.push(first);
    this.#times.push(time);
    this.#firstSampleTimes.push(firstSampleTime);
    this.#decodeTimes.push(decodeTime);
  }

  /**
   * Adds the start of the open segment if all samples that may be presented before it are known, and the segment is too long to join
   * the one before it.
   */
  #addKnownStart(): void {
    const { first, end } = this.#track.timing;
    if (this.#isStartKnown || this.#next === first || this.#next >= end) return;
    const { time, isFinal } = findEarliestTime(this.#track, this.#next, end);
    if (!isFinal || this.#isTooShort(time)) return;
    this.#addStart(time);
    this.#isStartKnown = true;
  }

  /**
   * Lists the segments that will not change; undefined if there is none. A segment ends where the next one is presented.
   *
   * @throws MediaError if a segment has more than `MAX_SEGMENT_SAMPLES`, and as `SampleTable.bytesBetween()`
   */
  snapshot(): Timeline | undefined {
    this.#addKnownStart();
    const count = this.#times.length - 1;
    if (count < 1) return undefined;
    this.#measure(count);
    this.#listed = count;
    return {
      times: this.#times.view(count + 1),
      samples: this.#samples.view(count + 1),
      decodeTimes: this.#decodeTimes.view(count + 1),
      firstSampleTimes: this.#firstSampleTimes.view(count),
      bytes: this.#bytes.view(count),
      headers: this.#headers.view(count),
    };
  }

  /**
   * Ends the last segment. It is not joined to a segment that a snapshot lists.
   *
   * @throws MediaError as `snapshot()`
   */
  close(): Timeline {
    if (!this.#isClosed) this.#endLastSegment();
    this.#measure(this.#times.length - 1);
    return {
      times: this.#times.copy(),
      samples: this.#samples.copy(),
      decodeTimes: this.#decodeTimes.copy(),
      firstSampleTimes: this.#firstSampleTimes.copy(),
      bytes: this.#bytes.copy(),
      headers: this.#headers.copy(),
    };
  }

  #endLastSegment(): void {
    const { timing } = this.#track;
    const [end, decodeEnd] = [this.end, timing.decodeTime(timing.end)]; // may throw, to be called again with pages
    this.startSegment(timing.end);
    const starts = [this.#times, this.#samples, this.#firstSampleTimes, this.#decodeTimes];
    if (this.#isLastTooShort()) { for (const column of starts) column.pop(); }
    const last = this.#times.at(this.#times.length - 1);
    this.#times.push(Math.max(end, last + 1));
    this.#samples.push(timing.end);
    this.#decodeTimes.push(decodeEnd);
    this.#isClosed = true;
  }

  #isLastTooShort(): boolean {
    const last = this.#times.length - 1;
    return last > this.#listed && this.#isTooShort(this.#times.at(last));
  }

  #isTooShort(start: number): boolean {
    const { minLastSegment = 0 } = this.#options;
    return this.end - start < minLastSegment;
  }

  /** Adds the sizes of segments up to `count` in one pass. */
  #measure(count: number): void {
    const first = this.#bytes.length;
    if (first === count) return;
    const samples = this.#samples.view(count + 1).subarray(first);
    checkSampleCounts(samples);
    const { table, timing, rollDistance } = this.#track;
    for (const [i, bytes] of table.bytesBetween(samples).entries()) {
      const range = { first: samples[i]!, end: samples[i + 1]!, bytes };
      const header = this.#options.withoutHeaders
        ? 0
        : computeSegmentHeaderSize({ track: { samples: table, rollDistance }, timing }, range);
      this.#headers.push(header);
      this.#bytes.push(header + bytes);
    }
  }
}

/** A segment request allocates about 40 bytes per sample. */
function checkSampleCounts(samples: Float64Array): void {
  for (let i = 1; i < samples.length; i++) {
    const count = samples[i]! - samples[i - 1]!;
    if (count > MAX_SEGMENT_SAMPLES) {
      const message =
        `Cannot put ${count} samples into one segment, expected at most ${MAX_SEGMENT_SAMPLES}`;
      throw new MediaError(message, "MEDIA_UNSUPPORTED");
    }
  }
}

/** Returns the earliest presentation time; it is final if no sample from `end` on can be presented before it. */
function findEarliestTime(
  { timing }: TimedTrack,
  first: number,
  end: number,
): { time: number; isFinal: boolean } {
  let time = timing.presentationTime(first);
  let i = first + 1;
  for (; i < end && timing.decodeTime(i) - timing.mediaTime < time; i++) {
    time = Math.min(time, timing.presentationTime(i));
  }
  return { time: Math.max(0, time), isFinal: i < end };
}
