import { createBoundaryFinder, MIN_LAST_SEGMENT } from "./boundaries.ts";
import type { Boundaries } from "./boundaries.ts";
import { TOLERANCE } from "./segment_timeline.ts";
import type { TimedTrack, Timeline } from "./segment_timeline.ts";
import { TimelineBuilder } from "./timeline_builder.ts";
import type { TimelineOptions } from "./timeline_builder.ts";

/**
 * Starts a segment at the first sync sample at or after each boundary.
 *
 * @throws MediaError as `TimelineBuilder.close()`
 */
export function segmentByDuration(track: TimedTrack, boundaries: Boundaries): Timeline {
  const segmenter = new DurationSegmenter(track, boundaries);
  segmenter.append(track, boundaries);
  return segmenter.close();
}

/** Segments a track as `segmentByDuration()`, while it grows. */
export class DurationSegmenter {
  readonly #builder: TimelineBuilder;
  readonly #findBoundary: ReturnType<typeof createBoundaryFinder>;
  readonly #tolerance: number;
  #last: number;
  /** Time after which the next boundary is. */
  #time = 0;

  /** @param tolerance in seconds: sync samples may be presented that much before a boundary */
  constructor(track: TimedTrack, boundaries: Boundaries, tolerance = 0) {
    const { timescale, first } = track.timing;
    this.#tolerance = tolerance * timescale;
    this.#builder = new TimelineBuilder(track, { minLastSegment: MIN_LAST_SEGMENT * timescale });
    this.#findBoundary = createBoundaryFinder(boundaries, timescale);
    this.#last = first;
  }

  /**
   * Takes the track and the boundaries, both with what was appended to them. May be called again if it throws, as `snapshot()` and
   * `close()`.
   */
  append(track: TimedTrack, boundaries: Boundaries): void {
    const { timing } = track;
    this.#builder.append(track);
    for (;;) {
      const boundary = this.#findBoundary(this.#time, boundaries);
      if (!(boundary < this.#builder.end)) return;
      const sync = findSyncFrom(track, Math.max(0, boundary - this.#tolerance), this.#last);
      if (sync >= timing.end) return;
      if (sync > this.#last) this.#builder.startSegment(sync); // may throw, to be called again with pages
      this.#last = sync;
      this.#time = Math.max(boundary, timing.presentationTime(sync));
    }
  }

  /** Presentation times of the first samples of segments: the last snapshot lists all but the last one. */
  get firstSampleTimes(): Float64Array {
    return this.#builder.firstSampleTimes;
  }

  snapshot(): Timeline | undefined {
    return this.#builder.snapshot();
  }

  close(): Timeline {
    return this.#builder.close();
  }
}

/**
 * Starts segments at sync samples that are presented exactly at the boundaries.
 *
 * @returns the first boundary, in seconds, without such a sample, if there is one
 * @throws MediaError as `TimelineBuilder.close()`
 */
export function segmentAtBoundaries(
  track: TimedTrack,
  boundaries: Boundaries,
): Timeline | { missing: number } {
  const { timing } = track;
  const tolerance = TOLERANCE * timing.timescale;
  const builder = new TimelineBuilder(track, {
    minLastSegment: MIN_LAST_SEGMENT * timing.timescale,
  });
  let last = timing.first;
  for (let i = 0; i < boundaries.times.length; i++) {
    const boundary = boundaries.times[i]!;
    const time = boundary * timing.timescale / boundaries.timescale;
    const sync = findSyncFrom(track, Math.max(0, time - tolerance), last);
    if (sync >= timing.end || timing.presentationTime(sync) > time + tolerance) {
      return { missing: boundary / boundaries.timescale };
    }
    builder.startSegment(last = sync);
  }
  return builder.close();
}

/** Makes each sample a segment: for images and long TTML documents. */
export function segmentPerSample(
  track: TimedTrack,
  options?: Pick<TimelineOptions, "withoutHeaders">,
): Timeline {
  const { first, end } = track.timing;
  const builder = new TimelineBuilder(track, options);
  for (let i = first + 1; i < end; i++) builder.startSegment(i);
  return builder.close();
}

/** Returns the first sync sample presented at or after `time`, else the track's `end`. */
export function findSyncSample(track: TimedTrack, time: number): number {
  return Math.min(findSyncFrom(track, time, track.timing.first), track.timing.end);
}

const MAX_STEPS_BACK = 8;

function findSyncFrom({ table, timing }: TimedTrack, time: number, from: number): number {
  // The estimate assumes the same difference of presentation time and decode time as at `from`.
  const delay = timing.presentationTime(from) - timing.decodeTime(from);
  let sync = Math.max(from, table.findSyncAtOrBefore(timing.indexAt(time - delay)));
  for (let steps = 0; sync > from; steps++) {
    const before = table.findSyncAtOrBefore(sync - 1);
    if (before < from || timing.presentationTime(before) < time) break;
    sync = steps < MAX_STEPS_BACK ? before : from; // bounds the work, however wrong the estimate is
  }
  while (sync < timing.end && timing.presentationTime(sync) < time) {
    sync = table.findSyncAtOrAfter(sync + 1);
  }
  return sync;
}
