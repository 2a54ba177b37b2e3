/** Estimates the memory of a presentation without its media, in bytes. */

import type { Presentation } from "../presentation/presentation.ts";

/** Objects, sample entries and strings, roughly. */
const RENDITION_BYTES = 8192;

/** A cue without its text. */
const CUE_BYTES = 160;

export function computePresentationSize({ renditions }: Presentation): number {
  let size = 0;
  for (const rendition of renditions.values()) {
    size += RENDITION_BYTES;
    if (rendition.type === "text") {
      const { webvtt, webvttBytes, times } = rendition;
      size += 2 * webvttBytes.length + CUE_BYTES * webvtt.cues.length + times.byteLength;
    } else {
      for (const column of Object.values(rendition.timeline)) size += column.byteLength;
      const { syncs } = rendition;
      if (syncs) size += syncs.samples.byteLength + syncs.offsets.byteLength;
    }
  }
  return size;
}
