/** WebVTT segments (RFC 8216bis §3.1.4): the cues of a span of time, with their own times. */

import { AHEAD } from "../mpegts/clock.ts";
import type { TextRendition } from "../presentation/presentation.ts";
import type { Cue } from "../text/cue.ts";
import { formatWebvtt } from "../text/webvtt.ts";
import type { WebvttBlock } from "../text/webvtt.ts";
import type { SegmentPlan } from "./plan.ts";

/** What time 0 is called in the media that the text goes with: in transport streams, it is 10 s ahead. */
const MPEGTS = { fmp4: 0, ts: AHEAD };

/** A header of our own stands in place of one that came with the file. */
export const TIME_MAP = "X-TIMESTAMP-MAP";

/**
 * The cues that are shown at any time of the segment: one across a boundary is in both. Styles and regions are in each, a
 * comment where the cue is that follows it.
 *
 * @param index of the segment between the boundaries of `rendition`
 */
export function webvttSegment(
  { text: { header, blocks, cues }, times, timescale }: TextRendition,
  index: number,
  form: "fmp4" | "ts",
): SegmentPlan {
  const [start, end] = [times[index]!, times[index + 1]!].map((time) => time * 1000 / timescale);
  const last = index === times.length - 2;
  const inside = cues.map((cue) => isShown(cue, start!, last ? Infinity : end!));
  const [title, ...lines] = header.split("\n").filter((line) => !line.startsWith(TIME_MAP));
  const map = `${TIME_MAP}=MPEGTS:${MPEGTS[form]},LOCAL:00:00:00.000`;
  const content = {
    header: [title, map, ...lines].join("\n"),
    blocks: keptBlocks(blocks, inside, last),
    cues: cues.filter((_, i) => inside[i]),
  };
  const bytes = new TextEncoder().encode(formatWebvtt(content));
  return { type: "text/vtt", head: bytes, ranges: [] };
}

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
