import type { Block } from "./block.ts";
import type { StoredBlock } from "./recovery.ts";
import type { StoredRates } from "./segment_rates.ts";

/** Returns the broadcast of the next block, if it goes on. */
export function continueBroadcast(
  { block: { broadcast }, progress: { target } }: Pick<StoredBlock, "block" | "progress">,
): Block["broadcast"] {
  return { ...broadcast, ...target !== undefined && { target } };
}

/** Returns the next block of the same period. */
export function continueBlock({ block, progress }: Pick<StoredBlock, "block" | "progress">): Block {
  const { period } = block;
  const number = progress.periodNumber;
  return {
    broadcast: continueBroadcast({ block, progress }),
    period: { ...period, ...number !== undefined && { number } },
    tracks: block.tracks.map((track, i) => {
      const ordinal = progress.getFirstOrdinal(i);
      const first = progress.tracks[i]!.next;
      const rates = progress.rates[i]!.stored;
      return { ...track, first, rates, ...ordinal !== undefined && { ordinal } };
    }),
    counts: progress.counts,
  };
}

/** Returns the bit rates of a rendition of the last period, for the next one of the broadcast. */
export function findRates(
  { block, progress }: Pick<StoredBlock, "block" | "progress">,
  name: string,
): StoredRates | undefined {
  const index = block.tracks.findIndex((track) => track.name === name);
  return progress.rates[index]?.stored ?? undefined;
}
