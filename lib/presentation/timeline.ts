/** Where the segments of a rendition start: the only home of segment times. */

/** Segment `i` runs from `times[i]` to `times[i + 1]`, and holds the samples from `samples[i]` up to, not with,
 * `samples[i + 1]`. Both have one entry more than there are segments. Times in the rendition's timescale. */
export interface Timeline {
  /** Earliest presentation time of each segment, never below 0; last, where the rendition ends. */
  readonly times: Float64Array;
  readonly samples: Float64Array;
}

/** The segment that starts at `time`, -1 where none does. */
export function segmentAt(timeline: Timeline, time: number): number {
  throw new Error(`not yet ${timeline} ${time}`);
}
