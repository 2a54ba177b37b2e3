/** Sizes of CMAF segments, computed from the sample table without reading media. */

import { computeMoofSize, getMdatHeaderSize } from "../mp4/fragment.ts";
import type { RunShape } from "../mp4/fragment.ts";
import type { SegmentedSamples } from "./segment_samples.ts";
import type { Timeline } from "./segment_timeline.ts";

/** Size of the styp of a CMAF segment: header, major brand, minor version and two compatible brands. */
export const STYP_SIZE = 8 + 4 + 4 + 2 * 4;

/** Sizes in bytes, one entry per segment. */
export interface SegmentBytes {
  /** Whole segments. */
  readonly totals: Float64Array;
  /** styp, moof and the header of mdat. */
  readonly headers: Float64Array;
}

const cache = new WeakMap<Timeline, SegmentBytes>();

/**
 * Computes the sizes of all segments in one pass through the sample table, without caching its rows. The result is cached by
 * timeline, since bandwidths, I-frame playlists and about.json need it.
 *
 * @throws MediaError if the sample table declares more samples than the file can contain
 */
export function computeSegmentBytes(rendition: SegmentedSamples): SegmentBytes {
  const { timeline } = rendition;
  const cached = cache.get(timeline);
  if (cached) return cached;
  const media = rendition.track.samples.bytesBetween(timeline.samples);
  const headers = media.map((bytes, index) =>
    STYP_SIZE + computeMoofSize(getRunShapes(rendition, index)) + getMdatHeaderSize(bytes)
  );
  const bytes = { totals: media.map((bytes, index) => bytes + headers[index]!), headers };
  cache.set(timeline, bytes);
  return bytes;
}

/** Sets the result of `computeSegmentBytes()` for a timeline that was restored from a package's index. */
export function restoreSegmentBytes(timeline: Timeline, bytes: SegmentBytes): void {
  cache.set(timeline, bytes);
}

/** Returns the shapes of the runs that `readSegmentSamples()` would return. */
function getRunShapes({ track, timing, timeline }: SegmentedSamples, index: number): RunShape[] {
  const table = track.samples;
  const end = timeline.samples[index + 1]!;
  const shapes: RunShape[] = [];
  for (let first = timeline.samples[index]!; first < end;) {
    const next = Math.min(end, table.descriptionEnd(first));
    const description = table.description(first) + 1;
    shapes.push({ description, count: next - first, ...timing.uniformFields(first, next) });
    first = next;
  }
  return shapes;
}
