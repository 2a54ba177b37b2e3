/** Parts of a WebVTT file for a time range. */

import type { Cue } from "./cue.ts";
import type { WebvttBlock } from "./webvtt.ts";

/** Replaced in segments (RFC 8216 §3.5). */
export const TIMESTAMP_MAP = "X-TIMESTAMP-MAP";

const TIMESTAMP_MAP_LINE = new RegExp(`^${TIMESTAMP_MAP}.*(?:\\r\\n?|\\n|$)`, "gmi");

/** Removes the lines of HLS segments, also of joined ones, since some players shift the cues of a whole file by them. */
export function removeTimestampMaps(text: string): string {
  return text.replace(TIMESTAMP_MAP_LINE, "");
}

/** Checks `[start, end)`. Cues of no duration are shown at their start. */
export function isShown(cue: Cue, start: number, end: number): boolean {
  return cue.start < end && (cue.end > start || cue.start >= start);
}

/** Omits comments before excluded cues; `includesEnd` selects those after the last cue. */
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
