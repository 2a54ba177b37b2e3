/** Selects whole segments of a recorded period. */

import { findMin } from "../extremes.ts";
import { TOLERANCE } from "../presentation/segment_timeline.ts";
import type { RecordedPeriod, RecordedSegment, RecordedTrack } from "./recorded_broadcasts.ts";

/** Seconds from the start of the period. */
export interface SecondsRange {
  readonly from: number;
  readonly to: number;
}

export interface SelectedPeriod {
  /** Tracks with at least one segment. */
  readonly tracks: readonly RecordedTrack[];
  /** Time of the period in seconds that is 0 in what is selected. */
  readonly origin: number;
  /** End of the last segment, in seconds of the period. */
  readonly end: number;
}

/**
 * Selects the segments of the first video track, else of the first audio track, that overlap a range, and those of the other tracks
 * that start and end nearest to them: two ranges that abut have no segment in common, and miss none. Undefined if there is none.
 */
export function selectSegments(
  { tracks }: Pick<RecordedPeriod, "tracks">,
  { from, to }: SecondsRange,
): SelectedPeriod | undefined {
  const candidates = [
    ...tracks.filter(({ track }) => track.type === "video"),
    ...tracks.filter(({ track }) => track.type === "audio"),
  ];
  const leader = candidates.find((track) => countOverlaps(track, { from, to }) > 0);
  if (!leader) return undefined;
  const starts = leader.segments.map((segment) => getStart(leader, segment));
  const first = leader.segments.findIndex((segment) => getEnd(leader, segment) > from);
  const last = starts.findLastIndex((start) => start < to);
  const bounds = {
    from: first === 0 ? -Infinity : starts[first]!,
    to: last === starts.length - 1 ? Infinity : starts[last + 1]!,
  };
  const selected = tracks.map((track) => select(track, bounds))
    .filter(({ segments }) => segments.length > 0);
  return {
    tracks: selected,
    origin: findOrigin(selected, leader.track.name),
    end: findEnd(selected),
  };
}

function countOverlaps(track: RecordedTrack, { from, to }: SecondsRange): number {
  return track.segments.filter((segment) =>
    getEnd(track, segment) > from && getStart(track, segment) < to
  ).length;
}

function select(track: RecordedTrack, { from, to }: SecondsRange): RecordedTrack {
  const { segments } = track;
  const bounds = segments.map((segment) => getStart(track, segment));
  if (segments.length > 0) bounds.push(getEnd(track, segments.at(-1)!));
  const first = from === -Infinity ? 0 : findNearest(bounds, from);
  const end = to === Infinity ? segments.length : findNearest(bounds, to);
  return { ...track, segments: segments.slice(first, end) };
}

function findNearest(ascending: readonly number[], value: number): number {
  let nearest = 0;
  for (const [i, bound] of ascending.entries()) {
    if (Math.abs(bound - value) < Math.abs(ascending[nearest]! - value)) nearest = i;
  }
  return nearest;
}

/** A tick of the leader, so that its times are exact; those of finer tracks are rounded to their nearest tick. */
function findOrigin(tracks: readonly RecordedTrack[], leaderName: string): number {
  const leader = tracks.find(({ track }) => track.name === leaderName)!;
  const { timescale } = leader.track;
  const [first] = leader.segments;
  if (first!.ordinal === 0) return 0;
  const earliest = findMin(tracks.map((track) => getStart(track, track.segments[0]!)));
  const isLeader = earliest > getStart(leader, first!) - TOLERANCE; // renditions of other timescales
  return (isLeader ? first!.time : Math.floor(earliest * timescale)) / timescale;
}

function findEnd(tracks: readonly RecordedTrack[]): number {
  return tracks.reduce((end, track) => Math.max(end, getEnd(track, track.segments.at(-1)!)), 0);
}

/** In seconds of the period. */
function getStart({ track }: RecordedTrack, { time }: RecordedSegment): number {
  return time / track.timescale;
}

function getEnd({ track }: RecordedTrack, segment: RecordedSegment): number {
  return (segment.time + segment.presentedDuration) / track.timescale;
}
