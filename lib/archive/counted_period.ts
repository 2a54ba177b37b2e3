/** A period as it is known from its newest block. */

import type { Block } from "./block.ts";
import type { IndexRecord } from "./index_record.ts";

/**
 * Returns a block with the number of its period, the first ordinals of its tracks and the target duration, where records of its
 * index state these.
 */
export function readArchivedCounts(block: Block, records: readonly IndexRecord[]): Block {
  const target = records.find((record) => record.kind === "target")?.seconds;
  const periods = records.filter((record) => record.kind === "period");
  const isCounted = periods.length === block.tracks.length;
  return {
    ...block,
    broadcast: target === undefined ? block.broadcast : { ...block.broadcast, target },
    period: isCounted ? { ...block.period, number: periods[0]!.period } : block.period,
    tracks: block.tracks.map((track, i) =>
      isCounted ? { ...track, ordinal: periods[i]!.ordinal } : track
    ),
  };
}

/** Returns an older block of the same period with what a newer one states of it. */
export function withCounts(block: Block, { broadcast, period, tracks }: Block): Block {
  return {
    ...block,
    broadcast,
    period,
    tracks: block.tracks.map((track, i) => {
      const { ordinal } = tracks[i]!;
      return { ...track, ...ordinal !== undefined && { ordinal } };
    }),
  };
}
