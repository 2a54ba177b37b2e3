/** The samples of one segment: where they lie, and what a fragment says of them. */

import { dataSize, mdatHeaderSize, moofSize } from "../mp4/fragment.ts";
import type { FragmentRun } from "../mp4/fragment.ts";
import type { SampleTable } from "../mp4/sample_table.ts";
import type { Timeline } from "./timeline.ts";
import type { Timing } from "./timing.ts";

/** What a rendition's segments are made of. */
export interface Segmented {
  readonly track: { readonly samples: SampleTable };
  readonly timing: Timing;
  readonly timeline: Timeline;
}

export interface SegmentSamples {
  readonly runs: readonly FragmentRun[];
  /** Bytes from the start of the file, a run after the other. */
  readonly offsets: readonly Float64Array[];
}

/** @param index of the segment in the timeline */
export function segmentSamples(
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
    const samples = table.samples(first, next);
    runs.push({
      description: table.description(first) + 1,
      time: timing.decodeTime(first),
      sizes: samples.sizes,
      flags: samples.flags,
      ...timing.columns(first, samples),
    });
    offsets.push(samples.offsets);
  }
  return { runs, offsets };
}

/** Bytes of styp in a CMAF segment: its header, two brands and the minor version. */
export const STYP_SIZE = 8 + 4 + 4 + 2 * 4;

/** Bytes of a CMAF segment: styp, moof, mdat. */
export function segmentSize(runs: readonly FragmentRun[]): number {
  const size = dataSize(runs);
  return STYP_SIZE + moofSize(runs) + mdatHeaderSize(size) + size;
}

/** Bytes of a CMAF segment up to the end of its first sample: the key frame that it starts with. */
export function firstSampleEnd(runs: readonly FragmentRun[]): number {
  return segmentSize(runs) - dataSize(runs) + runs[0]!.sizes[0]!;
}
