/** Selection of the parts of a WebVTT file for a time range. */

import type { Cue } from "./cue.ts";
import type { WebvttBlock } from "./webvtt.ts";

/** Header that segments replace if the file contains one (RFC 8216 §3.5). */
export const TIMESTAMP_MAP = "X-TIMESTAMP-MAP";

/** Returns true if the cue is shown in `[start, end)`. A cue of no duration is shown at its start. */
export function isShown(cue: Cue, start: number, end: number): boolean {
  return cue.start < end && (cue.end > start || cue.start >= start);
}

/**
 * Selects styles, regions and the comments before included cues, and renumbers their positions.
 *
 * @param isIncluded by cue
 * @param includesEnd selects comments after the last cue
 */
export function selectBlocks(
  blocks: readonly WebvttBlock[],
  isIncluded: readonly boolean[],
  includesEnd: boolean,
): WebvttBlock[] {
  const selected = blocks.filter(({ type, before }) =>
    type !== "note" || (isIncluded[before] ?? includesEnd)
  );
  const counts = [0];
  for (const shown of isIncluded) counts.push(counts.at(-1)! + (shown ? 1 : 0));
  return selected.map((block) => ({ ...block, before: counts[block.before]! }));
}
