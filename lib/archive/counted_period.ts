/** A period as it is known from its newest block. */

import type { Block, BlockTrack } from "./block.ts";
import { applyToRates } from "./block_progress.ts";
import type { IndexRecord } from "./index_record.ts";
import { NO_RATES, SegmentRates } from "./segment_rates.ts";

/**
 * Returns a block with the number of its period, the first ordinals of its tracks, their listed bandwidths and the target duration,
 * where records of its index state these.
 */
export function readArchivedCounts(block: Block, records: readonly IndexRecord[]): Block {
  const target = records.find((record) => record.kind === "target")?.seconds;
  const periods = records.filter((record) => record.kind === "period");
  const isCounted = periods.length === block.tracks.length;
  const listed = findListedBandwidths(block, records);
  return {
    ...block,
    broadcast: target === undefined ? block.broadcast : { ...block.broadcast, target },
    period: isCounted ? { ...block.period, number: periods[0]!.period } : block.period,
    tracks: block.tracks.map((track, i) => ({
      ...withListed(track, listed[i]),
      ...isCounted && { ordinal: periods[i]!.ordinal },
    })),
  };
}

function findListedBandwidths(block: Block, records: readonly IndexRecord[]) {
  const rates = block.tracks.map((track) => new SegmentRates(track, block.broadcast.target));
  let isCounted = block.period.number !== undefined;
  for (const record of records) {
    isCounted ||= record.kind === "period" && record.track === block.tracks.length - 1;
    applyToRates(rates, record, isCounted);
  }
  return rates.map(({ stored }) => stored.listed);
}

/** A bandwidth that is known does not depend on what is read. */
function withListed(track: BlockTrack, listed: number | undefined): BlockTrack {
  if (listed === undefined) return track;
  return { ...track, rates: { ...track.rates ?? NO_RATES, listed } };
}

/** Returns an older block of the same period with what a newer one states of it. */
export function withCounts(block: Block, { broadcast, period, tracks }: Block): Block {
  return {
    ...block,
    broadcast,
    period,
    tracks: block.tracks.map((track, i) => {
      const { ordinal, rates } = tracks[i]!;
      return { ...withListed(track, rates?.listed), ...ordinal !== undefined && { ordinal } };
    }),
  };
}
