/** Where the tracks of publishers on UTC ended, so that fragments which are pushed again after a pause are repeats. */

import type { PublisherTimeline, PublisherTrack } from "./publisher_timeline.ts";

interface UtcEdge {
  readonly initKey: string;
  readonly timescale: number;
  /** In ticks since 1970. */
  readonly edge: bigint;
}

/** In seconds: an encoder whose times are before the edge by more has set its clock. */
const MAX_REPEATED = 60;

export class UtcEdges {
  /** By name of the track. */
  readonly #edges = new Map<string, UtcEdge>();

  /** Records the ends of a timeline that is left. */
  record(timeline: PublisherTimeline): void {
    if (timeline.clock?.basis !== "media") return;
    for (const { name, init, timescale, order } of timeline.tracks) {
      if (order.edge === undefined) continue;
      const edge = BigInt(Math.round(order.edge)) + timeline.getOrigin(timescale);
      this.#edges.set(name, { initKey: init.key, timescale, edge });
    }
  }

  /** Sets where a track goes on, before its first sample. */
  restore(timeline: PublisherTimeline, track: PublisherTrack, time: number): void {
    const { name, init, timescale, order } = track;
    const known = this.#edges.get(name);
    if (!known || order.edge !== undefined || timeline.clock?.basis !== "media") return;
    const edge = timeline.toTicks(known.edge, timescale);
    const isRepeat = known.initKey === init.key && time < edge &&
      time >= edge - MAX_REPEATED * timescale;
    if (isRepeat) order.resumeAt(edge);
  }
}
