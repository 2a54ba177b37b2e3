/** Segments that start with pictures that can't be decoded after a seek (DESIGN: open GOP). */

import type { SegmentedTrack } from "./segmenter.ts";
import { readFirstBytes } from "../input/track_input.ts";
import type { Rendition } from "./presentation.ts";
import { countSegments, type Timeline } from "./segment_timeline.ts";

/**
 * True where a segment's sync sample has later samples presented before it, or its first bytes say so. The bytes
 * are read where no package says what a reading found.
 *
 * @throws MediaError of the source
 */
export async function hasOpenGop(piece: SegmentedTrack): Promise<boolean> {
  const { codec, track, source, timeline, options } = piece;
  if (hasLeadingPictures(timeline)) return true;
  const starts = timeline.samples.subarray(1, countSegments(timeline));
  if (options.openGop !== undefined || !codec.randomAccess) return options.openGop ?? false;
  const looks = Math.min(starts.length, options.maxProbes ?? starts.length);
  for (let look = 0; look < looks; look++) {
    const sample = starts[Math.floor(look * starts.length / looks)]!;
    const entry = track.entries[track.samples.description(sample)]!;
    if (codec.randomAccess(entry, await readFirstBytes(source, track, sample)) === "open") {
      return true;
    }
  }
  return false;
}

/** Of a segment but the first: its first sample is not presented first. */
function hasLeadingPictures({ firstSampleTimes, times }: Timeline): boolean {
  for (let i = 1; i < firstSampleTimes.length; i++) {
    if (firstSampleTimes[i]! > times[i]!) return true;
  }
  return false;
}

export function warnOpenGop(rendition: Rendition): string[] {
  if (rendition.type === "text" || !rendition.openGop) return [];
  return [
    `${rendition.file}: has open GOPs: a seek may show broken pictures for a moment, and some players stumble; ` +
    `encode it with -flags +cgop`,
  ];
}
