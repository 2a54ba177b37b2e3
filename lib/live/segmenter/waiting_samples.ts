/** Samples that are in memory alone: they wait for their period, for the leader, or for a missing fragment. */

import type { LiveInit } from "../media/live_init.ts";
import type { LivePeriod } from "./live_period.ts";
import type { LiveSamples } from "../media/live_samples.ts";
import type { LivePublisher } from "./publishers.ts";

export interface WaitingSamples {
  /** Name of the publisher. */
  readonly publisher: string;
  readonly stream: string;
  readonly init: LiveInit;
  readonly trackId: number;
  /** Name of the rendition. */
  readonly name: string;
  readonly samples: LiveSamples;
  /** Decode time of the encoder, in ticks. */
  readonly time: bigint;
  /** UTC in µs. */
  readonly arrival: number;
  /** True if they belong to the current period. */
  readonly isInPeriod: boolean;
}

/** Lists what waits: for each track, in order of decoding. */
export function listWaiting(
  { name: publisher, timeline }: LivePublisher,
  period: LivePeriod | undefined,
): WaitingSamples[] {
  return timeline.tracks.flatMap((track) => {
    const { stream, init, name, live, timescale } = track;
    const inPeriod = period?.listWaiting(track) ?? [];
    return [...inPeriod, ...track.queued, ...track.order.waiting].map((batch, i) => ({
      ...{ publisher, stream, init, name, trackId: live.track.id },
      samples: batch.samples,
      time: BigInt(Math.round(batch.time)) + timeline.getOrigin(timescale),
      arrival: batch.arrival,
      isInPeriod: i < inPeriod.length,
    }));
  });
}
