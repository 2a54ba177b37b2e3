import type { FragmentRun } from "../mp4/moof.ts";
import type { SampleTable } from "../mp4/samples/sample_table.ts";
import type { SampleTiming } from "./sample_timing.ts";
import type { Timeline } from "./segment_timeline.ts";

export interface SegmentedSamples {
  readonly track: { readonly samples: SampleTable };
  readonly timing: SampleTiming;
  readonly timeline: Timeline;
}

export interface SegmentSamples {
  /** One per sample description; nearly always one. */
  readonly runs: readonly FragmentRun[];
  readonly offsets: readonly Float64Array[];
}

/** Reads the samples of the segment at `index` of the timeline. */
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
      descriptionIndex: table.description(first) + 1,
      time: timing.decodeTime(first),
      sizes: samples.sizes,
      flags: samples.flags,
      ...timing.runFields(first, samples),
    });
    offsets.push(samples.offsets);
  }
  return { runs, offsets };
}
