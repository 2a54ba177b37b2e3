import { binarySearchLessOrEqual } from "../binary_search.ts";
import { RequestError } from "../errors.ts";
import { compareTimes } from "../time.ts";
import type { Presentation, Rendition, Time } from "../presentation/presentation.ts";
import { TOLERANCE } from "../presentation/segment_timeline.ts";

/** In seconds; default: from the start, to the end. */
export interface ClipRequest {
  readonly start?: number | undefined;
  readonly end?: number | undefined;
}

/** A part of a presentation, extended to segment boundaries. */
export interface Clip {
  /** 0 if the clip contains the first segment. */
  readonly start: Time;
  readonly end?: Time;
}

export interface SegmentSpan {
  readonly first: number;
  readonly end: number;
}

const ZERO: Time = { ticks: 0, timescale: 1 };

/**
 * Extends a clip to segment boundaries: those of the first video rendition; where it has no segment, of audio, then of the others.
 * Times that differ by a millisecond are equal.
 *
 * @throws RequestError `BAD_REQUEST` if the start is not before the end of the clip and of the presentation
 */
export function resolveClip(presentation: Presentation, { start = 0, end }: ClipRequest): Clip {
  const duration = presentation.duration.ticks / presentation.duration.timescale;
  if (start >= duration) {
    throw badRequest(`Cannot start at ${start} s, expected less than ${+duration.toFixed(3)} s`);
  }
  if (end !== undefined && start >= end) {
    throw badRequest(
      `Cannot start at ${start} s and end at ${end} s, expected a start before the end`,
    );
  }
  const references = [...presentation.renditions.values()].sort((a, b) => getRank(a) - getRank(b));
  const from = findStart(references, start);
  if (end === undefined || end >= duration - TOLERANCE) return { start: from };
  const to = findEnd(references, end, from.ticks / from.timescale);
  const { ticks, timescale } = presentation.duration;
  const reachesEnd = compareTimes(to.ticks, to.timescale, ticks, timescale) >= 0;
  return reachesEnd ? { start: from } : { start: from, end: to };
}

function badRequest(message: string): RequestError {
  return new RequestError("BAD_REQUEST", message);
}

function getRank({ type }: Rendition): number {
  return { video: 0, audio: 1, image: 2, text: 2 }[type];
}

function findStart(references: readonly Rendition[], start: number): Time {
  if (start === 0) return ZERO;
  for (const reference of references) {
    const { times, timescale } = getSegmentTimes(reference);
    if (start * timescale >= times.at(-1)!) continue;
    const index =
      Math.min(findFirstFrom(times, (start + TOLERANCE) * timescale), times.length - 1) - 1;
    if (index >= 0) return index === 0 ? ZERO : { ticks: times[index]!, timescale };
  }
  return toMicroseconds(start);
}

/** @param after exclusive lower bound of the result, in seconds */
function findEnd(references: readonly Rendition[], end: number, after: number): Time {
  for (const reference of references) {
    const { times, timescale } = getSegmentTimes(reference);
    const index = findFirstFrom(times, Math.max(end - TOLERANCE, after + TOLERANCE) * timescale);
    if (index > 0 && index < times.length) return { ticks: times[index]!, timescale };
  }
  return toMicroseconds(end);
}

function toMicroseconds(seconds: number): Time {
  return { ticks: Math.round(seconds * 1e6), timescale: 1e6 };
}

/** Returns segment starts and the end of the rendition. */
export function getSegmentTimes(rendition: Rendition): { times: Float64Array; timescale: number } {
  return rendition.type === "text"
    ? rendition
    : { times: rendition.timeline.times, timescale: rendition.timing.timescale };
}

/** Returns the index of the first time ≥ `time`, or the number of times. */
function findFirstFrom(times: Float64Array, time: number): number {
  const last = binarySearchLessOrEqual(times, time);
  return times[last] === time ? last : last + 1;
}

/** Seconds after a boundary within which segments of audio and subtitles start. */
const MAX_LATENESS = 0.5;

export function findSegmentsInClip(rendition: Rendition, clip: Clip): SegmentSpan | undefined {
  const mayBeLate = rendition.type === "audio" || rendition.type === "text";
  return findSegmentSpan(getSegmentTimes(rendition), clip, mayBeLate ? MAX_LATENESS : TOLERANCE);
}

/**
 * Returns the segments that a clip contains; undefined if there are none.
 *
 * @param lateness seconds after the start of the clip within which the first segment may start
 */
export function findSegmentSpan(
  { times, timescale }: { times: Float64Array; timescale: number },
  { start, end }: Clip,
  lateness = TOLERANCE,
): SegmentSpan | undefined {
  const [from, to] = [start, end ?? start].map((time) => time.ticks / time.timescale * timescale);
  const [tolerance, count] = [TOLERANCE * timescale, times.length - 1];
  const last = end ? Math.min(count, findFirstFrom(times, to! - tolerance)) : count;
  const late = lateness * timescale;
  const next = findFirstFrom(times, from! - tolerance);
  const first = next < last && times[next]! <= from! + late ? next : Math.max(0, next - 1);
  return first < last && times[first + 1]! > from! ? { first, end: last } : undefined;
}
