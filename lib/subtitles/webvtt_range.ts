/** The part of a WebVTT file that a time range shows. */

import type { Cue } from "./cue.ts";
import type { WebvttBlock } from "./webvtt.ts";

/** A header of our own stands in place of one that came with the file. */
export const TIME_MAP = "X-TIMESTAMP-MAP";

/** A cue that lasts no time is shown where it starts. */
export function isShown(cue: Cue, start: number, end: number): boolean {
  return cue.start < end && (cue.end > start || cue.start >= start);
}

/** Blocks in their places among the cues that are kept. */
export function keptBlocks(
  blocks: readonly WebvttBlock[],
  inside: readonly boolean[],
  last: boolean,
): WebvttBlock[] {
  const kept = blocks.filter(({ type, before }) => type !== "note" || (inside[before] ?? last));
  const counts = [0];
  for (const shown of inside) counts.push(counts.at(-1)! + (shown ? 1 : 0));
  return kept.map((block) => ({ ...block, before: counts[block.before]! }));
}
