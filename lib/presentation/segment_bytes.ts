import { getMdatHeaderSize } from "../mp4/mdat.ts";
import { computeMoofSize, type RunShape } from "../mp4/moof.ts";
import type { SegmentedSamples } from "./segment_samples.ts";
import type { Timeline } from "./segment_timeline.ts";

/** Header, major brand, minor version and two compatible brands. */
export const STYP_SIZE = 8 + 4 + 4 + 2 * 4;

export interface SegmentBytes {
  readonly totals: Float64Array;
  /** styp, moof and the header of mdat. */
  readonly headers: Float64Array;
}

const cache = new WeakMap<Timeline, SegmentBytes>();

/**
 * Computes the sizes of all segments in one pass through the sample table.
 *
 * @throws MediaError if the sample table declares more samples than the file can contain
 */
export function computeSegmentBytes(rendition: SegmentedSamples): SegmentBytes {
  const { timeline } = rendition;
  const cached = cache.get(timeline);
  if (cached) return cached;
  const { samples } = timeline;
  const media = rendition.track.samples.bytesBetween(samples);
  const headers = media.map((bytes, i) =>
    computeSegmentHeaderSize(rendition, { first: samples[i]!, end: samples[i + 1]!, bytes })
  );
  const bytes = { totals: media.map((bytes, index) => bytes + headers[index]!), headers };
  cache.set(timeline, bytes);
  return bytes;
}

/** Sets the sizes of a timeline that a package's index contains. */
export function restoreSegmentBytes(timeline: Timeline, bytes: SegmentBytes): void {
  cache.set(timeline, bytes);
}

/** Computes the size of styp, moof and the header of mdat of the samples `[first, end)`, which have `bytes` bytes. */
export function computeSegmentHeaderSize(
  rendition: Omit<SegmentedSamples, "timeline">,
  { first, end, bytes }: { first: number; end: number; bytes: number },
): number {
  return STYP_SIZE + computeMoofSize(getRunShapes(rendition, first, end)) +
    getMdatHeaderSize(bytes);
}

/** Must agree with the runs of `readSampleRuns()`. */
function getRunShapes(
  { track, timing }: Omit<SegmentedSamples, "timeline">,
  start: number,
  end: number,
): RunShape[] {
  const table = track.samples;
  const shapes: RunShape[] = [];
  for (let first = start; first < end;) {
    const next = Math.min(end, table.descriptionEnd(first));
    const description = table.description(first) + 1;
    shapes.push({
      descriptionIndex: description,
      count: next - first,
      ...timing.uniformFields(first, next),
    });
    first = next;
  }
  return shapes;
}
