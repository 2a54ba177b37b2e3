/** Open GOPs: segments that start with frames which cannot be decoded after a seek (docs/design/timing.md). */

import { withFileName } from "../errors.ts";
import type { SegmentedTrack } from "./segmenter.ts";
import { readFirstBytes } from "../input/track_input.ts";
import type { Rendition } from "./presentation.ts";
import { countSegments, type Timeline } from "./segment_timeline.ts";

/**
 * Returns true if samples of a segment are presented before its sync sample, or if that signals an open GOP. The first segment
 * cannot have one.
 *
 * @throws MediaError, with the file name, if a key frame or its sample entry cannot be read
 */
export async function hasOpenGop(input: SegmentedTrack): Promise<boolean> {
  const { codec, track, source, timeline, options } = input;
  if (hasLeadingSamples(timeline)) return true;
  const starts = timeline.samples.subarray(1, countSegments(timeline));
  if (options.openGop !== undefined || !codec.randomAccess) return options.openGop ?? false;
  const { randomAccess } = codec;
  const count = Math.min(starts.length, options.maxProbes ?? starts.length);
  return await withFileName(options.file, async () => {
    for (let i = 0; i < count; i++) {
      const sample = starts[Math.floor(i * starts.length / count)]!;
      const entry = track.entries[track.samples.description(sample)]!;
      const start = await readFirstBytes(source, track, sample);
      if (randomAccess(entry, start) === "open") return true;
    }
    return false;
  });
}

function hasLeadingSamples({ firstSampleTimes, times }: Timeline): boolean {
  for (let i = 1; i < firstSampleTimes.length; i++) {
    if (firstSampleTimes[i]! > times[i]!) return true;
  }
  return false;
}

export function warnOpenGop(rendition: Rendition): string[] {
  if (rendition.type === "text" || !rendition.openGop) return [];
  return [
    `${rendition.file}: has open GOPs: after a seek, video may be corrupt for a moment or stall in some players; ` +
    `encode it with -flags +cgop`,
  ];
}
