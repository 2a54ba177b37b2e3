/** 3GPP Timed Text (TS 26.245; mov_text in ffmpeg) and QuickTime text. */

import { CueMerger } from "../subtitles/cue_merger.ts";
import { StyleClasses } from "../subtitles/text_style.ts";
import { readTx3gEntry, readTx3gSample } from "../subtitles/tx3g.ts";
import type { SubtitleCodec } from "./subtitle_codec.ts";

export const tx3g: SubtitleCodec = {
  entries: ["tx3g", "text"],
  name: "3GPP timed text",

  decode(first, samples, geometry) {
    const classes = new StyleClasses();
    const merger = new CueMerger();
    const entries = new Map([[first, readTx3gEntry(first)]]);
    let [cueCount, forcedCount] = [0, 0];
    for (const sample of samples) {
      const entry = entries.get(sample.entry) ?? readTx3gEntry(sample.entry);
      entries.set(sample.entry, entry);
      const read = readTx3gSample(sample.bytes, entry, { geometry, classes });
      if (!read) continue;
      cueCount++;
      if (read.forced || entry.forced === "all") forcedCount++;
      merger.add(sample, [read.cue]);
    }
    const forced = forcedCount > 0 && forcedCount < cueCount
      ? [
        `${forcedCount} of its ${cueCount} cues are forced; AMS signals forced subtitles per track only, so these are treated like the others`,
      ]
      : [];
    const warnings = [...forced, ...merger.warnings];
    const webvtt = { header: "", blocks: classes.toBlocks(), cues: merger.cues(), warnings };
    return { webvtt, language: "", forced: cueCount > 0 && forcedCount === cueCount };
  },
};
