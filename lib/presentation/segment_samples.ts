/** The samples of one segment: their fields in the fragment and their offsets in the file. */

import type { FragmentRun } from "../mp4/fragment.ts";
import type { SampleTable } from "../mp4/samples/sample_table.ts";
import type { SampleTiming } from "./sample_timing.ts";
import type { Timeline } from "./segment_timeline.ts";

/** The part of a rendition, or of a TTML track, that its segments are built from. */
export interface SegmentedSamples {
  readonly track: { readonly samples: SampleTable };
  readonly timing: SampleTiming;
  readonly timeline: Timeline;
}

export interface SegmentSamples {
  /** One run per sample description; nearly always one. */
  readonly runs: readonly FragmentRun[];
  /** Byte offsets of the samples in the file, one list per run. */
  readonly offsets: readonly Float64Array[];
}

/**
 * Reads the samples of a segment from the sample table.
 *
 * @param index segment index in the timeline
 */
export function readSegmentSamples(
  { track: { samples: table }, timing, timeline }: SegmentedSamples,
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
