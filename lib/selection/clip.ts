/** Clips: a span of a presentation, snapped outward to whole segments. */

import { binarySearchLessOrEqual } from "../binary_search.ts";
import { RequestError } from "../errors.ts";
import { compareTimes } from "../time.ts";
import type { Presentation, Rendition, Time } from "../presentation/presentation.ts";
import { TOLERANCE } from "../presentation/segment_timeline.ts";

/** What is wished for, in seconds. Left out: from the start, to the end. */
export interface ClipRequest {
  readonly start?: number | undefined;
  readonly end?: number | undefined;
}

/** What it comes to: both are segment boundaries. */
export interface Clip {
  /** 0 where the first segments are in it. */
  readonly start: Time;
  /** Left out: it goes to the end. */
  readonly end?: Time;
}

/** Of segments: from `first` up to, not with, `end`. */
export interface SegmentSpan {
  readonly first: number;
  readonly end: number;
}

const ZERO: Time = { ticks: 0, timescale: 1 };

/**
 * The clip from the last segment start at or before the wished one, to the first segment end at or after it. Those are of the
 * first rendition that has something then: pictures before sounds, sounds before all else. A millisecond counts for nothing.
 *
 * @throws RequestError `BAD_REQUEST` when it starts at or past the end, or doesn't start before it ends
 */
export function resolveClip(presentation: Presentation, { start = 0, end }: ClipRequest): Clip {
  const duration = presentation.duration.ticks / presentation.duration.timescale;
  if (start >= duration) {
    throw refused(`Cannot start at ${start} s: it ends at ${+duration.toFixed(3)} s`);
  }
  if (end !== undefined && start >= end) {
    throw refused(
      `Cannot start at ${start} s and end at ${end} s: the start has to be before the end`,
    );
  }
  const leaders = [...presentation.renditions.values()].sort((a, b) => rankOf(a) - rankOf(b));
  const from = startOf(leaders, start);
  if (end === undefined || end >= duration - TOLERANCE) return { start: from };
  const to = endOf(leaders, end, from.ticks / from.timescale);
  const last = compareTimes(
    to.ticks,
    to.timescale,
    presentation.duration.ticks,
    presentation.duration.timescale,
  );
  return last >= 0 ? { start: from } : { start: from, end: to };
}

function refused(message: string): RequestError {
  return new RequestError("BAD_REQUEST", message);
}

function rankOf({ type }: Rendition): number {
  return { video: 0, audio: 1, image: 2, text: 2 }[type];
}

function startOf(leaders: readonly Rendition[], start: number): Time {
  if (start === 0) return ZERO;
  for (const leader of leaders) {
    const { times, timescale } = getSegmentTimes(leader);
    if (start * timescale >= times.at(-1)!) continue;
    const index =
      Math.min(findFirstFrom(times, (start + TOLERANCE) * timescale), times.length - 1) - 1;
    if (index >= 0) return index === 0 ? ZERO : { ticks: times[index]!, timescale };
  }
  return microseconds(start);
}

/** @param after what it has to be greater than, in seconds */
function endOf(leaders: readonly Rendition[], end: number, after: number): Time {
  for (const leader of leaders) {
    const { times, timescale } = getSegmentTimes(leader);
    const index = findFirstFrom(times, Math.max(end - TOLERANCE, after + TOLERANCE) * timescale);
    if (index > 0 && index < times.length) return { ticks: times[index]!, timescale };
  }
  return microseconds(end);
}

function microseconds(seconds: number): Time {
  return { ticks: Math.round(seconds * 1e6), timescale: 1e6 };
}

/** Where its segments start, and the last one ends. */
export function getSegmentTimes(rendition: Rendition): { times: Float64Array; timescale: number } {
  return rendition.type === "text"
    ? rendition
    : { times: rendition.timeline.times, timescale: rendition.timing.timescale };
}

/** Returns the index of the first of ascending `times` that is ≥ `time`, or their number if all are less. */
function findFirstFrom(times: Float64Array, time: number): number {
  const last = binarySearchLessOrEqual(times, time);
  return times[last] === time ? last : last + 1;
}

/** By how much a sound or a text may start late, in seconds: it is cut at its first packet at or after a boundary. */
const LATE = 0.5;

/** The segments of a rendition that a clip takes; undefined: it has nothing then. */
export function findSegmentsInClip(rendition: Rendition, clip: Clip): SegmentSpan | undefined {
  const mayBeLate = rendition.type === "audio" || rendition.type === "text";
  return findSegmentSpan(getSegmentTimes(rendition), clip, mayBeLate ? LATE : TOLERANCE);
}

/** @param lateness by which the first may start after the clip does, in seconds */
export function findSegmentSpan(
  { times, timescale }: { times: Float64Array; timescale: number },
  { start, end }: Clip,
  lateness = TOLERANCE,
): SegmentSpan | undefined {
  const [from, to] = [start, end ?? start].map((time) => time.ticks / time.timescale * timescale);
  const [same, count] = [TOLERANCE * timescale, times.length - 1];
  const behind = end ? Math.min(count, findFirstFrom(times, to! - same)) : count;
  const late = lateness * timescale;
  const next = findFirstFrom(times, from! - same);
  const first = next < behind && times[next]! <= from! + late ? next : Math.max(0, next - 1);
  return first < behind && times[first + 1]! > from! ? { first, end: behind } : undefined;
}
