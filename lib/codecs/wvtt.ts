/** WebVTT in MP4 (ISO/IEC 14496-30 §7). */

import type { SampleEntry } from "../mp4/sample_entry.ts";
import { CueMerger } from "../subtitles/cue_merger.ts";
import { parseWebvtt } from "../subtitles/webvtt.ts";
import { removeTimestampMaps } from "../subtitles/webvtt_range.ts";
import { readWvttSample } from "../subtitles/wvtt.ts";
import type { SubtitleCodec } from "./subtitle_codec.ts";

export const wvtt: SubtitleCodec = {
  entries: ["wvtt"],
  name: "WebVTT in MP4",

  decode(entry, samples) {
    const { header, blocks, warnings } = parseWebvtt(getConfiguration(entry));
    const merger = new CueMerger();
    for (const sample of samples) merger.add(sample, readWvttSample(sample.bytes));
    const cues = merger.cues();
    const webvtt = { header, blocks, cues, warnings: [...warnings, ...merger.warnings] };
    return { webvtt, language: "", forced: false };
  },
};

/** Some muxers omit `vttC`, or the signature in it. */
function getConfiguration({ boxes }: SampleEntry): Uint8Array {
  const content = removeFinalNuls(new TextDecoder().decode(boxes.get("vttC")));
  const text = removeTimestampMaps(content);
  return new TextEncoder().encode(text.startsWith("WEBVTT") ? text : `WEBVTT\n\n${text}`);
}

function removeFinalNuls(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\0") end--;
  return text.slice(0, end);
}
