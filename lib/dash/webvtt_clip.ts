/** WebVTT from a time on: what a clip has that starts at 0 (DASH). */

import type { SubtitleRendition } from "../presentation/presentation.ts";
import type { Cue } from "../subtitles/cue.ts";
import { formatTimestamp, formatWebvtt } from "../subtitles/webvtt.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { isShown, selectBlocks, TIMESTAMP_MAP } from "../subtitles/webvtt_range.ts";

/**
 * The cues that are shown then or later; their times count from then. One that is shown already starts at 0.
 *
 * @param time in ticks of the rendition's timescale
 */
export function planWebvttClip(
  { webvtt: { header, blocks, cues }, timescale }: SubtitleRendition,
  time: number,
): SegmentPlan {
  const start = Math.round(time * 1000 / timescale);
  const inside = cues.map((cue) => isShown(cue, start, Infinity));
  const content = {
    header: header.split("\n").filter((line) => !line.startsWith(TIMESTAMP_MAP)).join("\n"),
    blocks: selectBlocks(blocks, inside, true),
    cues: cues.filter((_, i) => inside[i]).map((cue) => earlier(cue, start)),
  };
  const bytes = new TextEncoder().encode(formatWebvtt(content));
  return { type: "text/vtt", header: bytes, ranges: [] };
}

/** @param by in milliseconds */
function earlier(cue: Cue, by: number): Cue {
  const text = cue.text.replace(
    TIMESTAMP,
    (_, hours, minutes, seconds, thousandths) => {
      const time = ((Number(hours ?? 0) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 +
        Number(thousandths);
      return `<${formatTimestamp(Math.max(0, time - by))}>`;
    },
  );
  return { ...cue, start: Math.max(0, cue.start - by), end: cue.end - by, text };
}

/** When a part of a cue is said (WebVTT §4.2.2). */
const TIMESTAMP = /<(?:([0-9]{2,}):)?([0-5][0-9]):([0-5][0-9])\.([0-9]{3})>/g;
