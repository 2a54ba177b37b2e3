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
  const { codec: { randomAccess }, track, source, timeline, options } = input;
  if (hasLeadingSamples(timeline)) return true;
  if (options.openGop !== undefined || !randomAccess) return options.openGop ?? false;
  return await withFileName(options.file, async () => {
    for (const sample of listOpenGopProbes(input)) {
      const entry = track.entries[track.samples.description(sample)]!;
      const start = await readFirstBytes(source, track, sample);
      if (randomAccess(entry, start) === "open") return true;
    }
    return false;
  });
}

/** Returns the key frames of which `hasOpenGop()` reads the first bytes, unless an earlier one has an open GOP. */
export function listOpenGopProbes({ codec, timeline, options }: SegmentedTrack): number[] {
  const isKnown = options.openGop !== undefined || hasLeadingSamples(timeline);
  if (isKnown || !codec.randomAccess) return [];
  const starts = timeline.samples.subarray(1, countSegments(timeline));
  const count = Math.min(starts.length, options.maxProbes ?? starts.length);
  return Array.from({ length: count }, (_, i) => starts[Math.floor(i * starts.length / count)]!);
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
