import { MediaError } from "../errors.ts";
import type { TimedTrack, Timeline } from "./segment_timeline.ts";
import { computePresentationEnd } from "./track_end.ts";

/** No real movie has a million frames between sync samples. */
export const MAX_SEGMENT_SAMPLES = 2 ** 22;

/** Collects the segments of a track in order. A segment that would not be presented after the one before it joins that one. */
export class TimelineBuilder {
  readonly end: number;
  readonly #track: TimedTrack;
  readonly #minLastSegment: number;
  readonly #samples: number[] = [];
  readonly #times: number[] = [];
  readonly #firstSampleTimes: number[] = [];
  #next: number;

  /** @param minLastSegment in ticks: a shorter last segment joins the one before it */
  constructor(track: TimedTrack, minLastSegment: number) {
    this.#track = track;
    this.#minLastSegment = minLastSegment;
    this.#next = track.timing.first;
    this.end = computePresentationEnd(track);
  }

  /** Starts a segment at `sample`, which must be greater than at the call before. */
  startSegment(sample: number): void {
    const { timing } = this.#track;
    const first = this.#next;
    this.#next = sample;
    const time = findEarliestTime(this.#track, first, sample);
    if (this.#times.length > 0 && time <= this.#times.at(-1)!) return;
    this.#samples.push(first);
    this.#times.push(time);
    this.#firstSampleTimes.push(timing.presentationTime(first));
  }

  /**
   * Ends the last segment.
   *
   * @throws MediaError if a segment has more than `MAX_SEGMENT_SAMPLES`
   */
  finish(): Timeline {
    this.startSegment(this.#track.timing.end);
    const [times, samples, firstSampleTimes] = [this.#times, this.#samples, this.#firstSampleTimes];
    const last = times.at(-1)!;
    if (times.length > 1 && this.end - last < this.#minLastSegment) {
      for (const column of [times, samples, firstSampleTimes]) column.pop();
    }
    samples.push(this.#track.timing.end);
    checkSampleCounts(samples);
    return {
      times: Float64Array.from([...times, Math.max(this.end, last + 1)]),
      samples: Float64Array.from(samples),
      firstSampleTimes: Float64Array.from(firstSampleTimes),
    };
  }
}

/** A segment request allocates about 40 bytes per sample. */
function checkSampleCounts(samples: readonly number[]): void {
  for (let i = 1; i < samples.length; i++) {
    const count = samples[i]! - samples[i - 1]!;
    if (count > MAX_SEGMENT_SAMPLES) {
      const message =
        `Cannot put ${count} samples into one segment, expected at most ${MAX_SEGMENT_SAMPLES}`;
      throw new MediaError(message, "MEDIA_UNSUPPORTED");
    }
  }
}

function findEarliestTime({ timing }: TimedTrack, first: number, end: number): number {
  let time = timing.presentationTime(first);
  for (let i = first + 1; i < end && timing.decodeTime(i) - timing.mediaTime < time; i++) {
    time = Math.min(time, timing.presentationTime(i));
  }
  return Math.max(0, time);
}
