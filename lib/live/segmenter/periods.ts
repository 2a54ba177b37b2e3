/** Periods of a broadcast: when they begin, with which samples, and why. */

import { rescale, rescaleUp } from "../../time.ts";
import type { Time } from "../../presentation/presentation.ts";
import { countSamples, isSyncSample, sliceSamples, sumColumn } from "../media/live_samples.ts";
import type { QueuedSamples } from "./track_queue.ts";

/** Why a period began. */
export type PeriodReason =
  /** The first of a broadcast. */
  | "start"
  /** Another init segment. */
  | "init"
  /** A track that the period before does not have. */
  | "track"
  /** More than 0.1 s of a track is missing. */
  | "hole"
  /** The encoder's clock has drifted, or the system's clock was set. */
  | "clock"
  /** The encoder has started again with other times. */
  | "restart"
  /** Another publisher has taken over. */
  | "publisher"
  /** A sample is presented earlier than the edit of the init segment allows. */
  | "reordering"
  /** Samples could not be written. */
  | "disk";

/** A period that is to begin at the leader's first sync sample that is presented at `from` or later. */
export interface PeriodPlan {
  readonly reason: PeriodReason;
  /** On the publisher's timeline; undefined: at any time. */
  readonly from?: Time | undefined;
}

/** Adds a reason to begin a period to one that exists: it begins once, after both. */
export function joinPlans(plan: PeriodPlan | undefined, other: PeriodPlan): PeriodPlan {
  if (!plan) return other;
  const [a, b] = [plan.from, other.from];
  const isLater = b && (!a || b.ticks / b.timescale > a.ticks / a.timescale);
  return { reason: plan.reason, from: isLater ? b : a };
}

/** A track that waits for its period. */
export interface QueuedTrack {
  readonly type: "video" | "audio";
  readonly timescale: number;
  /** Presentation time of a sample that is composed at 0, in ticks. */
  readonly shift: number;
  readonly queued: readonly QueuedSamples[];
}

/** A sample by its place in the queue. */
export interface QueuePosition {
  readonly batch: number;
  readonly sample: number;
}

/** Returns the presentation time of a sample, on the publisher's timeline. */
export function getPresentationTime(
  { samples, time }: QueuedSamples,
  sample: number,
  shift: number,
): number {
  const decoded = time + sumColumn(samples.durations, 0, sample);
  return decoded + samples.compositionOffsets[sample]! + shift;
}

/** Sync samples of several video tracks are of one time if they differ by less, in seconds. */
export const SYNC_TOLERANCE = 0.001;

/** Finds the leader's first sync sample at or after a time. */
export function findPeriodStart(leader: QueuedTrack, from?: Time): QueuePosition | undefined {
  const earliest = from ? rescaleUp(from.ticks, from.timescale, leader.timescale) : -Infinity;
  return findSync(leader, earliest);
}

/** Returns the presentation time of the sample that `findPeriodStart()` finds. */
export function findStartTime(leader: QueuedTrack, from?: Time): Time | undefined {
  const found = findPeriodStart(leader, from);
  if (!found) return undefined;
  const ticks = getPresentationTime(leader.queued[found.batch]!, found.sample, leader.shift);
  return { ticks, timescale: leader.timescale };
}

function findSync(track: QueuedTrack, earliest: number): QueuePosition | undefined {
  return findSample(
    track,
    ({ samples }, sample, time) => time >= earliest && isSyncSample(samples, sample),
  );
}

/**
 * Finds the first sample that a period which starts at `start` retains: of video the first sync sample, of audio one packet before
 * the one that is presented at the start, for priming.
 */
export function findFirstRetained(track: QueuedTrack, start: Time): QueuePosition | undefined {
  const time = rescale(start.ticks, start.timescale, track.timescale);
  if (track.type === "video") return findSync(track, time - SYNC_TOLERANCE * track.timescale);
  let before: QueuePosition | undefined;
  const found = findSample(track, (batch, sample, presented) => {
    if (presented + batch.samples.durations[sample]! > time) return true;
    before = { batch: track.queued.indexOf(batch), sample };
    return false;
  });
  if (!found || !before) return found;
  const followsHole = found.sample === 0 && track.queued[found.batch]!.followsHole;
  return followsHole ? found : before;
}

function findSample(
  { queued, shift }: QueuedTrack,
  matches: (batch: QueuedSamples, sample: number, time: number) => boolean,
): QueuePosition | undefined {
  for (const [i, batch] of queued.entries()) {
    const { samples } = batch;
    let decoded = batch.time + shift;
    for (let sample = 0; sample < samples.sizes.length; sample++) {
      const time = decoded + samples.compositionOffsets[sample]!;
      if (matches(batch, sample, time)) return { batch: i, sample };
      decoded += samples.durations[sample]!;
    }
  }
  return undefined;
}

/** Splits a queue in two; without a position, all is before it. */
export function splitQueue(
  queued: readonly QueuedSamples[],
  position: QueuePosition | undefined,
): { before: QueuedSamples[]; rest: QueuedSamples[] } {
  const { batch, sample } = position ?? { batch: queued.length, sample: 0 };
  const before = queued.slice(0, batch);
  const rest = queued.slice(batch);
  if (sample === 0 || rest.length === 0) return { before, rest };
  const [first, second] = splitBatch(rest[0]!, sample);
  return { before: [...before, first], rest: [second, ...rest.slice(1)] };
}

export function splitBatch(batch: QueuedSamples, sample: number): [QueuedSamples, QueuedSamples] {
  const { samples, time } = batch;
  const count = countSamples(samples);
  const second = {
    ...batch,
    samples: sliceSamples(samples, sample, count),
    time: time + sumColumn(samples.durations, 0, sample),
    followsHole: false,
    startsFragment: false,
  };
  return [{ ...batch, samples: sliceSamples(samples, 0, sample), endsFragment: false }, second];
}

const MIN_WAIT = 6;

/** How long a period waits for tracks that were announced, in seconds: two segments, at least 6 s. */
export function computeMaxWait(segmentDuration: number): number {
  return Math.max(MIN_WAIT, 2 * segmentDuration);
}
