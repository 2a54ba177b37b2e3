import type { Block } from "./block.ts";
import type { StoredBlock } from "./recovery.ts";

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
      return { ...track, first, ...ordinal !== undefined && { ordinal } };
    }),
    counts: progress.counts,
  };
}
