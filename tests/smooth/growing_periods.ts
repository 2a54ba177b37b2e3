/** Periods of channels that grow, and what their manifests list. */

import type { Broadcast, BroadcastPeriod } from "../../lib/presentation/broadcast.ts";
import type { Presentation } from "../../lib/presentation/presentation.ts";
import { buildBroadcastSmoothManifest } from "../../lib/smooth/live.ts";
import { createPeriod, recordPresentation, selectSegments } from "../archive/recorded_broadcast.ts";
import { readManifest, type SmoothStream } from "../smooth.ts";

/** Two levels of video, and audio: six segments of 2 s. */
export const ladder = await recordPresentation(
  "ladder-avc-240p.mp4",
  "ladder-avc-360p.mp4",
  "ladder-aac-eng.mp4",
);
/** Another configuration. */
export const movie = await recordPresentation("ladder-avc-720p.mp4", "ladder-aac-eng.mp4");

export const SEGMENTS = 6;

export const URL_BASE = "http://ams/live/news.json/Manifest";

/** Of the renditions of `ladder`. */
export const BITRATES = [400_000, 800_000, 64_000];

interface Grown {
  readonly number?: number;
  readonly start?: number;
  readonly first?: number;
  readonly end?: number;
  readonly isOver?: boolean;
}

/** A period with some of its segments, whose ordinals do not depend on the window. */
export function growPeriod(
  presentation: Presentation,
  { first = 0, end = SEGMENTS, ...rest }: Grown = {},
): BroadcastPeriod {
  const period = createPeriod(selectSegments(presentation, { first, end }), rest);
  const sequences = new Map(
    Array.from(period.sequences, ([name, sequence]) => {
      const { firstOrdinal } = sequence;
      const listedBandwidth = BITRATES[firstOrdinal % 100]!;
      return [name, { ...sequence, firstOrdinal: firstOrdinal + first, listedBandwidth }];
    }),
  );
  return { ...period, sequences };
}

export function readStreams(broadcast: Broadcast): readonly SmoothStream[] {
  return readManifest(buildBroadcastSmoothManifest(broadcast), URL_BASE).streams;
}

/** Starts of the fragments of a stream. */
export function getTimes({ levels }: SmoothStream): number[] {
  return levels[0]!.fragments.map(({ time }) => time);
}

/** Start of a second period in seconds, not a multiple of anything. */
export const SECOND = 13.456789;
