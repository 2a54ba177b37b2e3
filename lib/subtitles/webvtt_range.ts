/** The part of a WebVTT file that a time range shows. */

import type { Cue } from "./cue.ts";
import type { WebvttBlock } from "./webvtt.ts";

/** A header of our own stands in place of one that came with the file. */
export const TIMESTAMP_MAP = "X-TIMESTAMP-MAP";

/** A cue that lasts no time is shown where it starts. */
export function isShown(cue: Cue, start: number, end: number): boolean {
  return cue.start < end && (cue.end > start || cue.start >= start);
}

/** Blocks in their places among the cues that are kept. */
export function selectBlocks(
  blocks: readonly WebvttBlock[],
  isIncluded: readonly boolean[],
  includesEnd: boolean,
): WebvttBlock[] {
  const kept = blocks.filter(({ type, before }) =>
    type !== "note" || (isIncluded[before] ?? includesEnd)
  );
  const counts = [0];
  for (const shown of isIncluded) counts.push(counts.at(-1)! + (shown ? 1 : 0));
  return kept.map((block) => ({ ...block, before: counts[block.before]! }));
}
