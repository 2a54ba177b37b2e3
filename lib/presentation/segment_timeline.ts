/** Where the segments of a rendition start: the only home of segment times. */

import { binarySearchLessOrEqual } from "../binary_search.ts";
import { MediaError } from "../errors.ts";
import type { SampleTable } from "../mp4/samples/sample_table.ts";
import { rescaleUp } from "../time.ts";
import type { SampleTiming } from "./sample_timing.ts";

/** Segment `i` runs from `times[i]` to `times[i + 1]`, and holds the samples from `samples[i]` up to, not with,
 * `samples[i + 1]`. These two have one entry more than there are segments. Times in the rendition's timescale. */
export interface Timeline {
  /** Earliest presentation time of each segment, never below 0; last, where the rendition ends. */
  readonly times: Float64Array;
  readonly samples: Float64Array;
  /** Presentation time of the first sample of each segment: another one may be presented before it. */
  readonly firstSampleTimes: Float64Array;
}

/** Presentation times at which segments should start: those of another rendition, then multiples of the duration. */
export interface Boundaries {
  readonly times: ArrayLike<number>;
  readonly timescale: number;
  /** In microseconds, so that a duration such as 1.92 s has exact multiples. */
  readonly step: number;
}

/** The table and the timing of one rendition. */
export interface TimedTrack {
  readonly table: SampleTable;
  readonly timing: SampleTiming;
}

/** A tail shorter than this joins the segment before it. In seconds. */
const SHORT_TAIL = 0.5;

/** Times of two renditions that differ by no more than this are the same. In seconds: one tick of a timescale of 1000. */
export const TOLERANCE = 0.001;

const MICROSECONDS = 1e6;

/** More samples than any encoder reorders: among so many at the end is the one presented last. */
const REORDERED = 64;

/** How many segments there are. */
export function countSegments(timeline: Timeline): number {
  return timeline.times.length - 1;
}

/** The segment that starts at `time`, -1 where none does. */
export function findSegment({ times }: Pick<Timeline, "times">, time: number): number {
  const index = binarySearchLessOrEqual(times, time);
  return index < times.length - 1 && times[index] === time ? index : -1;
}

/** Multiples of the segment duration, in seconds: where the first video rendition is cut. */
export function buildRegularBoundaries(segmentDuration: number): Boundaries {
  return { times: [], timescale: 1, step: Math.round(segmentDuration * MICROSECONDS) };
}

/** Cuts at the first sync sample at or after each boundary. */
export function segmentByDuration(timed: TimedTrack, boundaries: Boundaries): Timeline {
  const { timing } = timed;
  const { timescale } = timing;
  const cuts = new TimelineBuilder(timed, SHORT_TAIL * timescale);
  let last = timing.first;
  const next = boundariesIn(boundaries, timescale);
  let boundary = next(0);
  while (boundary < cuts.end) {
    const sync = syncPresentedFrom(timed, boundary, last);
    if (sync >= timing.end) break;
    if (sync > last) cuts.add(last = sync);
    boundary = next(Math.max(boundary, timing.presentationTime(sync)));
  }
  return cuts.timeline();
}

/**
 * Cuts at the sync samples whose presentation times are the boundaries.
 *
 * @returns the first boundary, in seconds, that has no such sync sample, where there is one
 */
export function segmentAtBoundaries(
  timed: TimedTrack,
  boundaries: Boundaries,
): Timeline | { missing: number } {
  const { timing } = timed;
  const tolerance = TOLERANCE * timing.timescale;
  const cuts = new TimelineBuilder(timed, SHORT_TAIL * timing.timescale);
  let last = timing.first;
  for (let i = 0; i < boundaries.times.length; i++) {
    const boundary = boundaries.times[i]!;
    const time = boundary * timing.timescale / boundaries.timescale;
    const sync = syncPresentedFrom(timed, Math.max(0, time - tolerance), last);
    if (sync >= timing.end || timing.presentationTime(sync) > time + tolerance) {
      return { missing: boundary / boundaries.timescale };
    }
    cuts.add(last = sync);
  }
  return cuts.timeline();
}

/** One segment a sample: single images. */
export function segmentPerSample(timed: TimedTrack): Timeline {
  const { first, end } = timed.timing;
  const cuts = new TimelineBuilder(timed, 0);
  for (let i = first + 1; i < end; i++) cuts.add(i);
  return cuts.timeline();
}

/** A text is not cut into more segments than this: a cue may claim to be shown in a hundred years. */
const MOST_TEXT_SEGMENTS = 100_000;

/**
 * Boundaries of a text's segments: 0, those of the presentation, and `end`.
 *
 * @param end in ticks of `timescale`
 */
export function segmentCues(
  boundaries: Boundaries,
  { end, timescale }: { end: number; timescale: number },
): Float64Array {
  const times = [0];
  const last = end - SHORT_TAIL * timescale;
  const next = boundariesIn(boundaries, timescale);
  let boundary = next(0);
  while (boundary <= last && times.length < MOST_TEXT_SEGMENTS) {
    times.push(boundary);
    boundary = next(boundary);
  }
  return Float64Array.from([...times, Math.max(end, times.at(-1)! + 1)]);
}

/** The presentation times, of sync samples, at which a rendition was cut: the boundaries of the others. */
export function getBoundaries(
  { timing }: Pick<TimedTrack, "timing">,
  { firstSampleTimes }: Timeline,
  { step }: Boundaries,
): Boundaries {
  return { times: firstSampleTimes.subarray(1), timescale: timing.timescale, step };
}

/** Where two renditions part, in seconds: the first segment start that the other has not; undefined: nowhere. */
export function findFirstDifference(
  a: { readonly timing: SampleTiming; readonly timeline: Timeline },
  b: { readonly timing: SampleTiming; readonly timeline: Timeline },
): number | undefined {
  const starts = Math.max(countSegments(a.timeline), countSegments(b.timeline));
  for (let i = 0; i < starts; i++) {
    const left = startOf(a.timeline, i) / a.timing.timescale;
    const right = startOf(b.timeline, i) / b.timing.timescale;
    if (!(Math.abs(left - right) <= TOLERANCE * 1.000001)) return Math.min(left, right);
  }
  return undefined;
}

function startOf(timeline: Timeline, segment: number): number {
  return segment < countSegments(timeline) ? timeline.times[segment]! : Infinity;
}

/**
 * Gives the first boundary after a time, in ticks of `to`, rounded up: a sample is at a boundary when its time is not less.
 * The times that it is asked for never go back.
 */
function boundariesIn(
  { times, timescale, step }: Boundaries,
  to: number,
): (time: number) => number {
  let at = 0;
  return (time) => {
    for (; at < times.length; at++) {
      const next = rescaleUp(times[at]!, timescale, to);
      if (next > time) return next;
    }
    const passed = Math.floor(time / to * MICROSECONDS / step + 1e-9);
    const next = rescaleUp((passed + 1) * step, MICROSECONDS, to);
    return next > time ? next : rescaleUp((passed + 2) * step, MICROSECONDS, to); // what the division rounded off
  };
}

/** The first sync sample that is presented at or after `time`. */
export function findSyncSample(timed: TimedTrack, time: number): number {
  return Math.min(syncPresentedFrom(timed, time, timed.timing.first), timed.timing.end);
}

/** Sync samples by which a guess may be too late before it is given up. */
const STEPS_BACK = 8;

/** The first sync sample from `from` on that is presented at or after `time`. */
function syncPresentedFrom({ table, timing }: TimedTrack, time: number, from: number): number {
  // As a rule presentation runs ahead of decoding by as much as at the last cut: a first guess, then step by step.
  const ahead = timing.presentationTime(from) - timing.decodeTime(from);
  let sync = Math.max(from, table.findSyncAtOrBefore(timing.indexAt(time - ahead)));
  for (let steps = 0; sync > from; steps++) {
    const before = table.findSyncAtOrBefore(sync - 1);
    if (before < from || timing.presentationTime(before) < time) break;
    sync = steps < STEPS_BACK ? before : from; // from there on, no sample is passed twice, however wrong the guess is
  }
  while (sync < timing.end && timing.presentationTime(sync) < time) {
    sync = table.findSyncAtOrAfter(sync + 1);
  }
  return sync;
}

/** Presentation time at which the sample that is presented last ends. */
export function computePresentationEnd({ table, timing }: TimedTrack): number {
  const from = Math.max(
    timing.first,
    Math.min(table.findSyncAtOrBefore(timing.end - 1), timing.end - REORDERED),
  );
  let end = 0;
  for (let i = from; i < timing.end; i++) {
    const duration = timing.decodeTime(i + 1) - timing.decodeTime(i);
    end = Math.max(end, timing.presentationTime(i) + duration);
  }
  return end;
}

/**
 * Where a rendition is cut, from its first sample on. Leaves out cuts that would make an empty segment, or one that does not
 * start after the one before it, or a short tail. It looks at each stretch of the table once: that may be in the file.
 */
class TimelineBuilder {
  /** Presentation time at which the rendition ends. */
  readonly end: number;
  readonly #timed: TimedTrack;
  readonly #shortTail: number;
  readonly #samples: number[] = [];
  readonly #times: number[] = [];
  readonly #starts: number[] = [];
  #next: number;

  /** @param shortTail in ticks */
  constructor(timed: TimedTrack, shortTail: number) {
    this.#timed = timed;
    this.#shortTail = shortTail;
    this.#next = timed.timing.first;
    this.end = computePresentationEnd(timed);
  }

  /** Cuts before a sample that comes behind the last one given. */
  add(sample: number): void {
    const { timing } = this.#timed;
    const first = this.#next;
    this.#next = sample;
    const time = earliest(this.#timed, first, sample);
    if (this.#times.length > 0 && time <= this.#times.at(-1)!) return;
    this.#samples.push(first);
    this.#times.push(time);
    this.#starts.push(timing.presentationTime(first));
  }

  /**
   * To be called once.
   *
   * @throws MediaError when a segment would hold more samples than can be served
   */
  timeline(): Timeline {
    this.add(this.#timed.timing.end);
    const [times, samples, starts] = [this.#times, this.#samples, this.#starts];
    const last = times.at(-1)!;
    if (times.length > 1 && this.end - last < this.#shortTail) {
      for (const column of [times, samples, starts]) column.pop();
    }
    samples.push(this.#timed.timing.end);
    checkCounts(samples);
    return {
      times: Float64Array.from([...times, Math.max(this.end, last + 1)]),
      samples: Float64Array.from(samples),
      firstSampleTimes: Float64Array.from(starts),
    };
  }
}

/** Samples of a segment, at most: a million pictures lie between the sync samples of no real title. */
export const MAX_SEGMENT_SAMPLES = 2 ** 22;

/** Whoever makes a segment holds some 40 bytes a sample; one that says nothing may take half a byte in the file. */
function checkCounts(samples: readonly number[]): void {
  for (let i = 1; i < samples.length; i++) {
    const count = samples[i]! - samples[i - 1]!;
    if (count > MAX_SEGMENT_SAMPLES) {
      const why = `Cannot put ${count} samples into one segment: over ${MAX_SEGMENT_SAMPLES}`;
      throw new MediaError(why, "MEDIA_UNSUPPORTED");
    }
  }
}

/** Earliest presentation time of the samples from `first` up to, not with, `end`; at least 0. */
function earliest({ timing }: TimedTrack, first: number, end: number): number {
  let time = timing.presentationTime(first);
  for (let i = first + 1; i < end && timing.decodeTime(i) - timing.mediaTime < time; i++) {
    time = Math.min(time, timing.presentationTime(i));
  }
  return Math.max(0, time);
}
