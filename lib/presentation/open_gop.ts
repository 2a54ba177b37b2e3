/** Open GOPs: segments that start with frames which cannot be decoded after a seek (docs/design/timing.md). */

import { withFileName } from "../errors.ts";
import { readFirstBytes } from "../input/track_input.ts";
import { withPages } from "../mp4/samples/pages.ts";
import { listPointSamples } from "./hashed_points.ts";
import type { Rendition } from "./presentation.ts";
import { countSegments, type Timeline } from "./segment_timeline.ts";
import type { SegmentedTrack } from "./segmenter.ts";

/** Key frames that are probed wherever they are. */
const DISTANT_PROBES = 4;

/** From a hashed point, in bytes. */
const MAX_DISTANCE = 2 ** 18;

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
    for (const sample of await withPages(() => listOpenGopProbes(input))) {
      const entry = track.entries[track.samples.description(sample)]!;
      const start = await readFirstBytes(source, track, sample);
      if (randomAccess(entry, start) === "open") return true;
    }
    return false;
  });
}

/**
 * Returns the key frames of which `hasOpenGop()` reads the first bytes, unless an earlier one has an open GOP. Where there are more
 * than are probed, most are near samples that the content version needs too: in a remote file the same requests return them.
 *
 * @throws MissingPages
 */
export function listOpenGopProbes(input: SegmentedTrack): readonly number[] {
  const { codec, timeline, options } = input;
  const isKnown = options.openGop !== undefined || hasLeadingSamples(timeline);
  if (isKnown || !codec.randomAccess) return [];
  const starts = Array.from(timeline.samples.subarray(1, countSegments(timeline)));
  const { maxProbes = starts.length } = options;
  if (starts.length <= maxProbes) return starts;
  const distant = pickEvenly(starts, Math.min(maxProbes, DISTANT_PROBES));
  const near = listNearPoints(input, starts).filter((sample) => !distant.includes(sample));
  return [...distant, ...near.slice(0, maxProbes - distant.length)].sort((a, b) => a - b);
}

function pickEvenly(samples: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, i) => samples[Math.floor(i * samples.length / count)]!);
}

/** Returns samples that are in the file near a hashed point, the nearest first. */
function listNearPoints(
  { track: { samples: table }, timing }: SegmentedTrack,
  samples: readonly number[],
): number[] {
  const getOffset = (sample: number) => table.readSamplesUncached(sample, sample + 1).offsets[0]!;
  const distances = new Map<number, number>();
  for (const point of listPointSamples(timing)) {
    const offset = getOffset(point);
    const after = samples.findIndex((sample) => sample >= point);
    for (const sample of samples.slice(Math.max(0, after - 1), after + 1)) {
      const distance = Math.abs(getOffset(sample) - offset);
      if (distance <= MAX_DISTANCE) distances.set(sample, distance);
    }
  }
  return [...distances].sort((a, b) => a[1] - b[1]).map(([sample]) => sample);
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
