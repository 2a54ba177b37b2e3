/** WebVTT segments (RFC 8216bis §3.1.4). */

import { TIMESTAMP_OFFSET } from "../mpegts/timestamps.ts";
import type { SegmentFormat } from "./m3u8.ts";
import type { SubtitleRendition } from "../presentation/presentation.ts";
import { formatWebvtt } from "../subtitles/webvtt.ts";
import { isShown, selectBlocks, TIMESTAMP_MAP } from "../subtitles/webvtt_range.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";

/** Timestamp of time 0 in the media segments alongside. */
const TIME_ORIGIN = { fmp4: 0, ts: TIMESTAMP_OFFSET };

/** A cue across a boundary is in both segments; styles and regions are in all, a comment in that of the next cue. */
export function planWebvttSegment(
  { webvtt: { header, blocks, cues }, times, timescale }: SubtitleRendition,
  index: number,
  format: SegmentFormat,
): SegmentPlan {
  const [start, end] = [times[index]!, times[index + 1]!].map((time) => time * 1000 / timescale);
  const last = index === times.length - 2;
  const isIncluded = cues.map((cue) => isShown(cue, start!, last ? Infinity : end!));
  const content = {
    header: formatSegmentHeader(header, format),
    blocks: selectBlocks(blocks, isIncluded, last),
    cues: cues.filter((_, i) => isIncluded[i]),
  };
  const bytes = new TextEncoder().encode(formatWebvtt(content));
  return { type: "text/vtt", header: bytes, ranges: [] };
}

/** Returns the header with the time map of the segment. */
export function formatSegmentHeader(header: string, format: SegmentFormat): string {
  const [signature, ...lines] = header.split("\n").filter((line) =>
    !line.startsWith(TIMESTAMP_MAP)
  );
  const map = `${TIMESTAMP_MAP}=MPEGTS:${TIME_ORIGIN[format]},LOCAL:00:00:00.000`;
  return [signature, map, ...lines].join("\n");
}
