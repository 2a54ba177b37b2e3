/** Estimates the memory of an open presentation. */

import type { Presentation } from "../presentation/presentation.ts";

/** A rendition without its tables: objects, sample entries, strings. In bytes, roughly. */
const RENDITION_BYTES = 8192;

/** The cached size of a segment: two numbers. In bytes. */
const SEGMENT_BYTES = 16;

/** Returns the size of the tables and timelines in memory, in bytes. */
export function computePresentationSize(presentation: Presentation): number {
  return presentation.residentBytes() + computeTimelineSize(presentation);
}

function computeTimelineSize({ renditions }: Presentation): number {
  let size = 0;
  for (const rendition of renditions.values()) {
    size += RENDITION_BYTES;
    if (rendition.type === "text") {
      size += 2 * rendition.webvttBytes.length + rendition.times.byteLength;
    } else {
      for (const column of Object.values(rendition.timeline)) size += column.byteLength;
      size += SEGMENT_BYTES * rendition.timeline.samples.length;
    }
  }
  return size;
}
