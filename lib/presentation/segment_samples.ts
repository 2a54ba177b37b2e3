/** The samples of one segment: where they lie, and what a fragment says of them. */

import { computeMoofSize, getMdatHeaderSize } from "../mp4/fragment.ts";
import type { FragmentRun, RunShape } from "../mp4/fragment.ts";
import type { SampleTable } from "../mp4/samples/sample_table.ts";
import type { Timeline } from "./segment_timeline.ts";
import type { SampleTiming } from "./sample_timing.ts";

/** What a rendition's segments are made of. */
export interface Segmented {
  readonly track: { readonly samples: SampleTable };
  readonly timing: SampleTiming;
  readonly timeline: Timeline;
}

export interface SegmentSamples {
  readonly runs: readonly FragmentRun[];
  /** Bytes from the start of the file, a run after the other. */
  readonly offsets: readonly Float64Array[];
}

/** @param index of the segment in the timeline */
export function readSegmentSamples(
  { track: { samples: table }, timing, timeline }: Segmented,
  index: number,
): SegmentSamples {
  const end = timeline.samples[index + 1]!;
  const runs: FragmentRun[] = [];
  const offsets: Float64Array[] = [];
  let next = timeline.samples[index]!;
  while (next < end) {
    const first = next;
    next = Math.min(end, table.descriptionEnd(first));
    const samples = table.readSamples(first, next);
    runs.push({
      description: table.description(first) + 1,
      time: timing.decodeTime(first),
      sizes: samples.sizes,
      flags: samples.flags,
      ...timing.runFields(first, samples),
    });
    offsets.push(samples.offsets);
  }
  return { runs, offsets };
}

/** Bytes of styp in a CMAF segment: its header, two brands and the minor version. */
export const STYP_SIZE = 8 + 4 + 4 + 2 * 4;

/** Bytes of each CMAF segment, and of its head alone: styp, moof, and the header of mdat. A row a segment. */
export interface SegmentBytes {
  readonly totals: Float64Array;
  readonly headers: Float64Array;
}

const known = new WeakMap<Timeline, SegmentBytes>();

/**
 * Of all segments, in one pass through the table: none of it stays in memory. Worked out once a timeline, since bandwidths,
 * playlists of key frames and about.json ask for it.
 *
 * @throws MediaError when the samples are far more than the file has
 */
export function computeSegmentBytes(rendition: Segmented): SegmentBytes {
  const bytes = known.get(rendition.timeline) ?? reckoned(rendition);
  known.set(rendition.timeline, bytes);
  return bytes;
}

/** Says what `computeSegmentBytes` would work out. */
export function restoreSegmentBytes(timeline: Timeline, bytes: SegmentBytes): void {
  known.set(timeline, bytes);
}

function reckoned(rendition: Segmented): SegmentBytes {
  const media = rendition.track.samples.bytesBetween(rendition.timeline.samples);
  const heads = media.map((bytes, index) =>
    STYP_SIZE + computeMoofSize(segmentShapes(rendition, index)) + getMdatHeaderSize(bytes)
  );
  return { totals: media.map((bytes, index) => bytes + heads[index]!), headers: heads };
}

/** The runs of `readSegmentSamples`, as far as the size of their boxes goes. */
function segmentShapes({ track, timing, timeline }: Segmented, index: number): RunShape[] {
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
