/** Content version: a digest of all media, for URLs (docs/design/caching.md). */

import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { withPages } from "../mp4/samples/pages.ts";
import { readHashedPoints, selectMatchingPoints } from "./hashed_points.ts";
import type { MediaRendition, Rendition, StppTrack } from "./presentation.ts";

/** Incremented when AMS writes other bytes around the same samples. */
export const REVISION = 1;

/** Incremented when AMS writes other bytes for the same cues. */
const SUBTITLE_REVISION = 2;

/**
 * Computes the version: `v` and 12 hexadecimal digits.
 *
 * @param knownPoints of each rendition, from the index of a package, which are compared with the file
 */
export async function computeContentVersion(
  renditions: readonly Rendition[],
  segmentDuration: number,
  knownPoints: readonly (Uint8Array | undefined)[] = [],
): Promise<string> {
  const hash = createHash("sha256");
  hashValues(hash, REVISION, segmentDuration, renditions.length);
  const points = await selectMatchingPoints(renditions, knownPoints);
  for (const [i, rendition] of renditions.entries()) {
    const { name, type, language, label = "", role = "" } = rendition;
    hashValues(hash, name, type, language, ...label || role ? [label, role] : []); // these determine the names of Smooth streams
    if (rendition.type === "text") {
      hashValues(hash, SUBTITLE_REVISION);
      hash.update(rendition.webvttBytes);
    }
    const samples = rendition.type === "text" ? rendition.stpp : rendition;
    if (samples) await hashMedia(hash, samples, points[i]);
  }
  return `v${hash.digest("hex").slice(0, 12)}`;
}

/** Adds values as JSON, so that different lists never give the same text. */
export function hashValues(hash: Hash, ...values: (string | number)[]): void {
  hash.update(`${JSON.stringify(values)}\n`);
}

async function hashMedia(
  hash: Hash,
  { track, source, timing, timeline }: MediaRendition | StppTrack,
  knownPoints: Uint8Array | undefined,
): Promise<void> {
  const { first, end, timescale, mediaTime } = timing;
  hashValues(
    hash,
    source.size,
    track.id,
    track.rotation,
    timescale,
    mediaTime,
    timeline.samples.length,
  );
  const { count } = track.samples;
  const decodeEnd = await withPages(() => track.samples.decodeTime(count));
  hashValues(hash, count, decodeEnd, first, end);
  for (const { bytes } of track.entries) hash.update(bytes);
  for (const column of [timeline.times, timeline.samples]) {
    const { buffer, byteOffset, byteLength } = column;
    hash.update(new Uint8Array(buffer, byteOffset, byteLength)); // little-endian wherever Deno runs
  }
  if (knownPoints) hash.update(knownPoints);
  else for await (const bytes of readHashedPoints({ track, source, timing })) hash.update(bytes);
}
