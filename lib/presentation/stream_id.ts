/** Stream ID: the version of an asset that grows (docs/design/caching.md). */

import { createHash } from "node:crypto";
import { hashValues, REVISION } from "./content_version.ts";
import { readHashedPoints } from "./hashed_points.ts";
import type { Live, MediaRendition } from "./presentation.ts";

/**
 * Computes the version, `v` and 12 hexadecimal digits, of what does not change while samples are appended: init segments, names
 * and the samples of the first segment. It is the same whenever the asset is opened.
 *
 * @throws MediaError of a source
 */
export async function computeStreamId(
  renditions: readonly MediaRendition[],
  segmentDuration: number,
  { availabilityStart }: Live,
): Promise<string> {
  const hash = createHash("sha256");
  hashValues(hash, "stream", REVISION, segmentDuration, availabilityStart, renditions.length);
  for (const { name, type, language, label = "", role = "", ...rendition } of renditions) {
    const { track, source, timeline, timing: { first, timescale, mediaTime, delay } } = rendition;
    hashValues(hash, name, type, language, label, role);
    hashValues(hash, track.id, track.rotation, timescale, mediaTime, delay, first);
    for (const { bytes } of track.entries) hash.update(bytes);
    const firstSegment = { ...rendition.timing, end: timeline.samples[1]! };
    const points = readHashedPoints({ track, source, timing: firstSegment });
    for await (const bytes of points) hash.update(bytes);
  }
  return `v${hash.digest("hex").slice(0, 12)}`;
}
