import { toGrowingTrack } from "../input/sync_samples.ts";
import { withPages } from "../mp4/samples/pages.ts";
import type { Track } from "../mp4/movie.ts";
import { extendBandwidth, getBandwidths } from "./bandwidth.ts";
import type { BandwidthState } from "./bandwidth.ts";
import type { Boundaries } from "./boundaries.ts";
import { type RenditionBase, toMediaRendition } from "./build_renditions.ts";
import { computeFrameRates, type FrameRates } from "./frame_rate.ts";
import { hasOpenGop } from "./open_gop.ts";
import type { MediaRendition } from "./presentation.ts";
import { DurationSegmenter } from "./sample_segmenter.ts";
import { addTiming, type SegmentedTrack, type TimedInput, toTimedTrack } from "./segmenter.ts";
import { computeSegmentSizes } from "./segment_sizes.ts";
import {
  countSegments,
  findLargestSegment,
  type LargestSegment,
  sliceTimeline,
  type Timeline,
  TOLERANCE,
} from "./segment_timeline.ts";

/** What a track declares since its first snapshot. */
export interface FixedProperties {
  readonly base: RenditionBase;
  /** In seconds. */
  readonly targetDuration: number;
}

/** A track to which samples are appended: its segments, and what is measured of them. */
export class GrowingTrack {
  readonly #segmenter: DurationSegmenter;
  #input: TimedInput;
  #listed = 0;
  #bandwidth: BandwidthState | undefined;
  #largest: LargestSegment | undefined;
  #frameRates: FrameRates = {};
  #openGop = false;

  constructor(given: TimedInput, boundaries: Boundaries) {
    const input = { ...given, track: toGrowingTrack(given.track, given.codec) };
    this.#input = input;
    const tolerance = input.type === "video" ? TOLERANCE : 0;
    this.#segmenter = new DurationSegmenter(toTimedTrack(input), boundaries, { tolerance });
    this.#segmenter.append(toTimedTrack(input), boundaries);
  }

  /** Number of segments of the last rendition. */
  get listed(): number {
    return this.#listed;
  }

  get input(): TimedInput {
    return this.#input;
  }

  /** Presentation times of the first samples of listed segments, and of the next one. */
  get firstSampleTimes(): Float64Array {
    return this.#segmenter.firstSampleTimes;
  }

  /** Lists the segments that will not change; undefined if there is none. */
  list(): Timeline | undefined {
    return this.#segmenter.snapshot();
  }

  /**
   * Continues with a track that has more samples. Returns false if it does not have the known ones at the same times. May be called
   * again if it throws.
   *
   * @throws MediaError as `segmentTracks()`
   */
  append(track: Track, boundaries: Boundaries): boolean {
    const { rollDistance } = this.#input.track; // computed where the file does not declare it
    const continued = rollDistance === undefined ? track : { ...track, rollDistance };
    const input = addTiming({
      ...this.#input,
      track: toGrowingTrack(continued, this.#input.codec),
    });
    if (!this.#isContinuedBy(input)) return false;
    this.#segmenter.append(toTimedTrack(input), boundaries);
    this.#input = input;
    return true;
  }

  close(): Timeline {
    return this.#segmenter.close();
  }

  /** Builds the rendition with the segments of a timeline, which extends that of the call before. */
  async toRendition(
    timeline: Timeline,
    { base, targetDuration }: FixedProperties,
  ): Promise<MediaRendition> {
    const track = this.toSegmentedTrack(timeline);
    const { type, timing } = track;
    const first = this.#listed;
    const added = sliceTimeline(timeline, { first, end: countSegments(timeline) });
    const sizes = computeSegmentSizes({ ...track, timeline: added });
    this.#largest = findLargestSegment(added, this.#largest);
    this.#bandwidth = extendBandwidth(this.#bandwidth, sizes, targetDuration);
    if (type === "video") {
      if (first === 0) this.#frameRates = await withPages(() => computeFrameRates(timing));
      this.#openGop ||= await hasOpenGop(track, Math.max(1, first));
    }
    this.#listed = countSegments(timeline);
    return toMediaRendition(track, base, {
      ...getBandwidths(this.#bandwidth),
      largestSegment: this.#largest,
      ...this.#frameRates,
      openGop: this.#openGop,
    });
  }

  /** Returns the track up to the last listed sample. */
  toSegmentedTrack(timeline: Timeline): SegmentedTrack {
    const timing = { ...this.#input.timing, end: timeline.samples.at(-1)! };
    return { ...this.#input, timing, timeline };
  }

  #isContinuedBy({ timing }: TimedInput): boolean {
    const { timing: known } = this.#input;
    const last = known.end - 1;
    return timing.timescale === known.timescale && timing.first === known.first &&
      timing.mediaTime === known.mediaTime && timing.delay === known.delay &&
      timing.end > last && timing.decodeTime(last) === known.decodeTime(last) &&
      timing.presentationTime(last) === known.presentationTime(last);
  }
}
