/** WebVTT segments (RFC 8216bis §3.1.4): the cues of a span of time, with their own times. */

import { TIMESTAMP_OFFSET } from "../mpegts/timestamps.ts";
import type { SubtitleRendition } from "../presentation/presentation.ts";
import { formatWebvtt } from "../subtitles/webvtt.ts";
import { isShown, selectBlocks, TIMESTAMP_MAP } from "../subtitles/webvtt_range.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";

/** What time 0 is called in the media that the text goes with: in transport streams, it is 10 s ahead. */
const MPEGTS = { fmp4: 0, ts: TIMESTAMP_OFFSET };

/**
 * The cues that are shown at any time of the segment: one across a boundary is in both. Styles and regions are in each, a
 * comment where the cue is that follows it.
 *
 * @param index of the segment between the boundaries of `rendition`
 */
export function planWebvttSegment(
  { webvtt: { header, blocks, cues }, times, timescale }: SubtitleRendition,
  index: number,
  form: "fmp4" | "ts",
): SegmentPlan {
  const [start, end] = [times[index]!, times[index + 1]!].map((time) => time * 1000 / timescale);
  const last = index === times.length - 2;
  const inside = cues.map((cue) => isShown(cue, start!, last ? Infinity : end!));
  const [title, ...lines] = header.split("\n").filter((line) => !line.startsWith(TIMESTAMP_MAP));
  const map = `${TIMESTAMP_MAP}=MPEGTS:${MPEGTS[form]},LOCAL:00:00:00.000`;
  const content = {
    header: [title, map, ...lines].join("\n"),
    blocks: selectBlocks(blocks, inside, last),
    cues: cues.filter((_, i) => inside[i]),
  };
  const bytes = new TextEncoder().encode(formatWebvtt(content));
  return { type: "text/vtt", header: bytes, ranges: [] };
}
