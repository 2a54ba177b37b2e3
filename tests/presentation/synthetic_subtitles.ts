/** Builds subtitle renditions from the text of a WebVTT file. */

import type { SubtitleRendition } from "../../lib/presentation/presentation.ts";
import { parseWebvtt } from "../../lib/subtitles/webvtt.ts";

const TIMESCALE = 90000;

/** Returns a rendition with segment boundaries in seconds. Its times have 90,000 ticks per second. */
export function buildSubtitles(source: string, boundaries: readonly number[]): SubtitleRendition {
  const webvttBytes = new TextEncoder().encode(source);
  const times = Float64Array.from(boundaries, (time) => time * TIMESCALE);
  return {
    type: "text",
    name: "text",
    language: "en",
    file: "text.vtt",
    webvttBytes,
    webvtt: parseWebvtt(webvttBytes),
    duration: { ticks: times.at(-1)!, timescale: TIMESCALE },
    times,
    timescale: TIMESCALE,
    bandwidth: 1,
    averageBandwidth: 1,
  };
}
