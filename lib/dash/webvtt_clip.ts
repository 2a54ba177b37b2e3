/** The WebVTT file of a clip, whose times count from the start of the clip. */

import type { SubtitleRendition } from "../presentation/presentation.ts";
import type { Cue } from "../subtitles/cue.ts";
import { formatTimestamp, formatWebvtt } from "../subtitles/webvtt.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { isShown, selectBlocks, TIMESTAMP_MAP } from "../subtitles/webvtt_range.ts";

/** Plans the cues shown at `time` or later, in the rendition's timescale. A cue that starts earlier starts at 0. */
export function planWebvttClip(
  { webvtt: { header, blocks, cues }, timescale }: SubtitleRendition,
  time: number,
): SegmentPlan {
  const start = Math.round(time * 1000 / timescale);
  const isIncluded = cues.map((cue) => isShown(cue, start, Infinity));
  const content = {
    header: header.split("\n").filter((line) => !line.startsWith(TIMESTAMP_MAP)).join("\n"),
    blocks: selectBlocks(blocks, isIncluded, true),
    cues: cues.filter((_, i) => isIncluded[i]).map((cue) => shiftCue(cue, start)),
  };
  const bytes = new TextEncoder().encode(formatWebvtt(content));
  return { type: "text/vtt", header: bytes, ranges: [] };
}

function shiftCue(cue: Cue, byMs: number): Cue {
  const text = cue.text.replace(
    TIMESTAMP,
    (_, hours, minutes, seconds, milliseconds) => {
      const time = ((Number(hours ?? 0) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 +
        Number(milliseconds);
      return `<${formatTimestamp(Math.max(0, time - byMs))}>`;
    },
  );
  return { ...cue, start: Math.max(0, cue.start - byMs), end: cue.end - byMs, text };
}

/** A timestamp in cue text (WebVTT §4.2.2). */
const TIMESTAMP = /<(?:([0-9]{2,}):)?([0-5][0-9]):([0-5][0-9])\.([0-9]{3})>/g;
