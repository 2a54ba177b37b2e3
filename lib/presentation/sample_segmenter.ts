import { createBoundaryFinder, MIN_LAST_SEGMENT } from "./boundaries.ts";
import type { Boundaries } from "./boundaries.ts";
import { TOLERANCE } from "./segment_timeline.ts";
import type { TimedTrack, Timeline } from "./segment_timeline.ts";
import { TimelineBuilder } from "./timeline_builder.ts";
import type { TimelineOptions } from "./timeline_builder.ts";

/**
 * Starts a segment at the first sync sample at or after each boundary, except after a sample that lasts longer than `maxLast` ticks.
 *
 * @throws MediaError as `TimelineBuilder.close()`
 */
export function segmentByDuration(
  track: TimedTrack,
  boundaries: Boundaries,
  maxLast = Infinity,
): Timeline {
  const { timing } = track;
  const builder = createBuilder(track);
  const findBoundary = createBoundaryFinder(boundaries, timing.timescale);
  let last = timing.first;
  for (let boundary = findBoundary(0); boundary < builder.end;) {
    const sync = skipLongSamples(track, findSyncFrom(track, boundary, last), { last, maxLast });
    if (sync >= timing.end) break;
    if (sync > last) builder.startSegment(last = sync);
    boundary = findBoundary(Math.max(boundary, timing.presentationTime(sync)));
  }
  return builder.close();
}

function createBuilder(track: TimedTrack): TimelineBuilder {
  return new TimelineBuilder(track, { minLastSegment: MIN_LAST_SEGMENT * track.timing.timescale });
}

/** Returns the first sync sample from `sync` on that is not after a sample of more than `maxLast` ticks. */
function skipLongSamples(
  { table, timing }: TimedTrack,
  sync: number,
  { last, maxLast }: { readonly last: number; readonly maxLast: number },
): number {
  if (maxLast === Infinity) return sync;
  const isAfterLong = (sample: number) =>
    timing.decodeTime(sample) - timing.decodeTime(sample - 1) > maxLast;
  let found = sync;
  while (found < timing.end && found > last && isAfterLong(found)) {
    found = table.findSyncAtOrAfter(found + 1);
  }
  return found;
}

/**
 * Starts segments at sync samples that are presented exactly at the boundaries. A track that ends before the reference has fewer
 * segments; one that lasts longer goes on at multiples of the segment duration.
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
  const builder = createBuilder(track);
  let last = timing.first;
  for (let i = 0; i < boundaries.times.length; i++) {
    const boundary = boundaries.times[i]!;
    const time = boundary * timing.timescale / boundaries.timescale;
    if (time + tolerance >= builder.end) break;
    const sync = findSyncFrom(track, Math.max(0, time - tolerance), last);
    if (sync >= timing.end || timing.presentationTime(sync) > time + tolerance) {
      return { missing: boundary / boundaries.timescale };
    }
    builder.startSegment(last = sync);
  }
  continueAfter(track, boundaries, { builder, last });
  return builder.close();
}

/** Without this the last segment of a rendition would contain all that follows the end of a shorter reference. */
function continueAfter(
  track: TimedTrack,
  { end = Infinity, timescale, step }: Boundaries,
  { builder, last }: { builder: TimelineBuilder; last: number },
): void {
  const { timing } = track;
  const findBoundary = createBoundaryFinder({ times: [], timescale: 1, step }, timing.timescale);
  let time = (end / timescale - TOLERANCE) * timing.timescale;
  if ((builder.end - time) * 1e6 < step * timing.timescale) return;
  for (let boundary = findBoundary(time); boundary < builder.end;) {
    const sync = findSyncFrom(track, boundary, last);
    if (sync >= timing.end) return;
    if (sync > last) builder.startSegment(last = sync);
    time = Math.max(boundary, timing.presentationTime(sync));
    boundary = findBoundary(time);
  }
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
