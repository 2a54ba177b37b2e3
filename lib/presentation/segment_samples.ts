import type { FragmentRun } from "../mp4/moof.ts";
import type { SampleTable } from "../mp4/samples/sample_table.ts";
import type { Source } from "../storage/source.ts";
import type { SyncIndex } from "../package/track_index.ts";
import { checkExtents, type ExpectedSegments, withSamples } from "./segment_extents.ts";
import type { SampleTiming } from "./sample_timing.ts";
import type { Timeline } from "./segment_timeline.ts";

export interface SegmentedSamples {
  readonly track: {
    readonly samples: SampleTable;
    readonly rollDistance?: number | undefined;
    readonly hasEqualSizes?: boolean | undefined;
  };
  readonly timing: SampleTiming;
  readonly timeline: Timeline;
  /** From the index of a package. */
  readonly syncs?: SyncIndex | undefined;
  readonly expected?: ExpectedSegments | undefined;
}

/** Samples of one sample description, and where their bytes are. */
export interface SourceRun extends FragmentRun {
  /** Index of the first sample in the track. */
  readonly first: number;
  readonly source: Source;
  readonly offsets: Float64Array;
}

/**
 * Reads the samples of the segment at `index` of the timeline, in one run per sample description.
 *
 * @throws IndexMismatchError if they are not those of the index of a package, unless the source is synchronous: its tables are
 *   compared with the index when it is opened
 */
export function readSegmentSamples(
  samples: SegmentedSamples & { readonly source: Source },
  index: number,
): SourceRun[] {
  const { timeline: { samples: boundaries }, source, expected } = samples;
  const [first, end] = [boundaries[index]!, boundaries[index + 1]!];
  if (source.synchronous || !expected) return readSampleRuns(samples, first, end);
  const { size, name } = source;
  const runs = withSamples(expected, { first, size }, () => readSampleRuns(samples, first, end));
  checkExtents(expected, runs, name);
  return runs;
}

/** Reads the samples `[first, end)`, in one run per sample description. */
export function readSampleRuns(
  { track: { samples: table, rollDistance, hasEqualSizes }, timing, source }:
    & Omit<SegmentedSamples, "timeline">
    & { readonly source: Source },
  first: number,
  end: number,
): SourceRun[] {
  const runs: SourceRun[] = [];
  const hasPreRoll = rollDistance !== undefined;
  for (let next = first; next < end;) {
    const start = next;
    next = Math.min(end, table.descriptionEnd(start));
    const samples = table.readSamples(start, next);
    const { durations, compositionOffsets } = timing.runFields(start, samples);
    runs.push({
      first: start,
      descriptionIndex: table.description(start) + 1,
      time: timing.decodeTime(start),
      sizes: samples.sizes,
      flags: samples.flags,
      durations,
      compositionOffsets,
      hasPreRoll,
      ...hasEqualSizes && { hasEqualSizes },
      source,
      offsets: samples.offsets,
    });
  }
  return runs;
}
