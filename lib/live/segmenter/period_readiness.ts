/** When a planned period can begin. */

import type { Time } from "../../presentation/presentation.ts";
import { sumDurations } from "../media/live_samples.ts";
import { computeMaxWait, findFirstRetained } from "./periods.ts";
import type { PublisherTrack } from "./publisher_timeline.ts";

/** Frames that an encoder reorders, at most: composition offsets of so many show how large M has to be. */
const MAX_REORDERED = 16;

/** In µs: how long frames are awaited. Streams of one track each, which start together, are for a segment or more. */
const SETTLING_TIME = 1e6;

/** Samples that wait for a period are in memory. */
const MAX_WAITING_BYTES = 64 * 2 ** 20;

/**
 * Returns true if a period has to begin with the tracks that are there.
 *
 * @param waited in µs
 */
export function waitsTooLong(waited: number, bytes: number, segmentDuration: number): boolean {
  return waited >= computeMaxWait(segmentDuration) * 1e6 || bytes > MAX_WAITING_BYTES;
}

/**
 * Finds the first video track, else the first audio track. Undefined while it has no samples.
 *
 * @param isAwaited whether a track without samples may still send some
 */
export function findLeader(
  tracks: readonly PublisherTrack[],
  isAwaited: (track: PublisherTrack) => boolean,
): PublisherTrack | undefined {
  const candidates = tracks.filter((track) => track.queued.length > 0 || isAwaited(track));
  const leader = candidates.find(({ type }) => type === "video") ?? candidates[0];
  return leader?.queued.length ? leader : undefined;
}

export interface GatheredTracks {
  readonly tracks: readonly PublisherTrack[];
  readonly leader: PublisherTrack;
  readonly start: Time;
  /** Names of the renditions of the period before, which are awaited too. */
  readonly lastNames: readonly string[];
  /** True if no streams are expected that were not announced. */
  readonly isComplete: boolean;
  /** Since the first sample, in µs. */
  readonly waited: number;
  readonly segmentDuration: number;
}

/** Returns true once all tracks that were announced have sent samples of the period, or the leader is too far ahead of them. */
export function isReady(gathered: GatheredTracks): boolean {
  const { tracks, leader, start, lastNames, waited } = gathered;
  const lengths = leader.queued.map(({ samples }) => sumDurations(samples));
  const length = lengths.reduce((sum, it) => sum + it, 0);
  const maxLength = Math.max(
    computeMaxWait(gathered.segmentDuration) * leader.timescale,
    2 * lengths.at(-1)!, // the fragments of the others may be as long, and follow it
  );
  if (length >= maxLength) return true;
  if (!tracks.every((track) => hasStart(track, { leader, start }))) return false;
  const names = new Set(tracks.map(({ name }) => name));
  if (lastNames.some((name) => !names.has(name))) return false;
  const isKnown = lastNames.length > 0 || gathered.isComplete;
  const settlingTime = isKnown ? 0 : gathered.segmentDuration * 1e6; // nothing is listed before
  if (waited >= Math.max(SETTLING_TIME, settlingTime)) return true;
  return isKnown &&
    tracks.every((track) => track.type === "audio" || track.queuedCount > MAX_REORDERED);
}

/** Returns true if a track has a sample with which it can begin. */
export function hasStart(
  track: PublisherTrack,
  { leader, start }: Pick<GatheredTracks, "leader" | "start">,
): boolean {
  return track === leader || findFirstRetained(track, start) !== undefined;
}
