import { MediaError } from "../errors.ts";
import { computeSegmentHeaderSize } from "./segment_bytes.ts";
import { checkSegmentCount, type TimedTrack, type Timeline } from "./segment_timeline.ts";
import { computePresentationEnd } from "../mp4/samples/track_end.ts";

/** No real movie has a million frames between sync samples. */
export const MAX_SEGMENT_SAMPLES = 2 ** 20;

/** A second of PCM has up to 192,000: ten seconds must be possible. */
export const MAX_FRAME_SAMPLES = 2 ** 21;

export interface TimelineOptions {
  /** In ticks: a shorter last segment joins the one before it. */
  readonly minLastSegment?: number;
  /** True if segments are plain samples, such as images. */
  readonly withoutHeaders?: boolean;
}

/** Collects the segments of a track in order. A segment that would not be presented after the one before it joins that one. */
export class TimelineBuilder {
  readonly #track: TimedTrack;
  readonly #options: TimelineOptions;
  readonly #times: number[] = [];
  readonly #samples: number[] = [];
  readonly #firstSampleTimes: number[] = [];
  readonly #decodeTimes: number[] = [];
  /** First sample of the open segment. */
  #next: number;
  #end: number | undefined;

  constructor(track: TimedTrack, options: TimelineOptions = {}) {
    this.#track = track;
    this.#options = options;
    this.#next = track.timing.first;
  }

  /** Presentation time of the end of all samples. */
  get end(): number {
    return this.#end ??= computePresentationEnd(this.#track);
  }

  /**
   * Starts a segment at `sample`, which must be greater than at the call before.
   *
   * @throws MediaError as `checkSegmentCount()`
   */
  startSegment(sample: number): void {
    this.#addStart(findEarliestTime(this.#track, this.#next, sample));
    this.#next = sample;
  }

  /** Adds the start of the open segment, unless that joins the one before it. */
  #addStart(time: number): void {
    const { timing } = this.#track;
    const { length } = this.#times;
    if (length > 0 && time <= this.#times[length - 1]!) return;
    checkSegmentCount(length + 1);
    this.#samples.push(this.#next);
    this.#times.push(time);
    this.#firstSampleTimes.push(timing.presentationTime(this.#next));
    this.#decodeTimes.push(timing.decodeTime(this.#next));
  }

  /**
   * Ends the last segment, to be called once.
   *
   * @throws MediaError if a segment has more than `MAX_SEGMENT_SAMPLES`, and as `SampleTable.bytesBetween()`
   */
  close(): Timeline {
    this.#endLastSegment();
    const samples = Float64Array.from(this.#samples);
    return {
      times: Float64Array.from(this.#times),
      samples,
      decodeTimes: Float64Array.from(this.#decodeTimes),
      firstSampleTimes: Float64Array.from(this.#firstSampleTimes),
      ...this.#measure(samples),
    };
  }

  #endLastSegment(): void {
    const { timing } = this.#track;
    this.startSegment(timing.end);
    const starts = [this.#times, this.#samples, this.#firstSampleTimes, this.#decodeTimes];
    if (this.#isLastTooShort()) { for (const column of starts) column.pop(); }
    this.#times.push(Math.max(this.end, this.#times.at(-1)! + 1));
    this.#samples.push(timing.end);
    this.#decodeTimes.push(timing.decodeTime(timing.end));
  }

  #isLastTooShort(): boolean {
    const { minLastSegment = 0 } = this.#options;
    return this.#times.length > 1 && this.end - this.#times.at(-1)! < minLastSegment;
  }

  /** Computes the sizes of segments in one pass. */
  #measure(samples: Float64Array): Pick<Timeline, "bytes" | "headers"> {
    const { table, timing, rollDistance, hasEqualSizes } = this.#track;
    checkSampleCounts(samples, hasEqualSizes ? MAX_FRAME_SAMPLES : MAX_SEGMENT_SAMPLES);
    const media = table.bytesBetween(samples);
    const rendition = { track: { samples: table, rollDistance, hasEqualSizes }, timing };
    const headers = Float64Array.from(media, (bytes, i) => {
      const range = { first: samples[i]!, end: samples[i + 1]!, bytes };
      return this.#options.withoutHeaders ? 0 : computeSegmentHeaderSize(rendition, range);
    });
    return { bytes: headers.map((header, i) => header + media[i]!), headers };
  }
}

/** A segment request allocates about 40 bytes per sample. */
function checkSampleCounts(samples: Float64Array, max: number): void {
  for (let i = 1; i < samples.length; i++) {
    const count = samples[i]! - samples[i - 1]!;
    if (count > max) {
      const message = `Cannot put ${count} samples into one segment, expected at most ${max}; ` +
        "shorter segments have fewer";
      throw new MediaError(message, "MEDIA_UNSUPPORTED");
    }
  }
}

/** Returns the earliest presentation time of the samples `[first, end)`, at least 0. */
function findEarliestTime({ timing }: TimedTrack, first: number, end: number): number {
  let time = timing.presentationTime(first);
  for (let i = first + 1; i < end && timing.decodeTime(i) - timing.mediaTime < time; i++) {
    time = Math.min(time, timing.presentationTime(i));
  }
  return Math.max(0, time);
}
