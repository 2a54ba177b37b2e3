/** Segments of TTML in MP4 (ISO/IEC 14496-30 §5): the file's own documents, each in a fragment of its own. */

import { ByteWriter } from "../bytes.ts";
import { mdatHeader, moof, styp } from "../mp4/fragment.ts";
import type { FragmentRun } from "../mp4/fragment.ts";
import type { StppTrack } from "../presentation/presentation.ts";
import { readSegmentSamples } from "../presentation/segment_samples.ts";
import { SEGMENT_BRANDS, TRACK_ID } from "./segment.ts";
import { toSampleRanges } from "../storage/read_plan.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { SUBTITLES_MP4_TYPE } from "./wvtt.ts";

/**
 * One document most often. Of several, hls.js reads each mdat as one: so each has its own.
 *
 * @param index of the segment in the track's timeline
 */
export function planStppSegment(subtitles: StppTrack, index: number): SegmentPlan {
  const { runs, offsets } = readSegmentSamples(subtitles, index);
  const singles = runs.flatMap(singlesOf);
  const first = subtitles.timeline.samples[index]!;
  const heads = singles.map((run, i) => headOf(run, first + i + 1, i === 0));
  const ranges = runs.flatMap(({ sizes }, i) =>
    toSampleRanges(subtitles.source, { offsets: offsets[i]!, sizes })
  );
  if (heads.length === 1) return { type: SUBTITLES_MP4_TYPE, header: heads[0]!, ranges };
  return {
    type: SUBTITLES_MP4_TYPE,
    header: new Uint8Array(0),
    ranges,
    transform: (bytes) => interleaved(heads, bytes, singles.map(({ sizes }) => sizes[0]!)),
  };
}

/** Runs of one sample each. */
function singlesOf(run: FragmentRun): FragmentRun[] {
  let { time } = run;
  return Array.from(run.sizes, (_, i) => {
    const one = (column: Uint32Array) => column.slice(i, i + 1);
    const { description, sizes, durations, compositionOffsets, flags } = run;
    const single = {
      description,
      time,
      sizes: one(sizes),
      durations: one(durations),
      compositionOffsets: one(compositionOffsets),
      flags: one(flags),
    };
    time += durations[i]!;
    return single;
  });
}

/** moof and the header of mdat; before the first, styp. */
function headOf(run: FragmentRun, sequence: number, isFirst: boolean): Uint8Array {
  const w = new ByteWriter(160);
  if (isFirst) styp(w, SEGMENT_BRANDS);
  moof(w, { sequence, trackId: TRACK_ID, runs: [run] });
  mdatHeader(w, run.sizes[0]!);
  return w.finish();
}

function interleaved(
  heads: readonly Uint8Array[],
  samples: Uint8Array,
  sizes: readonly number[],
): Uint8Array {
  const w = new ByteWriter(heads.reduce((sum, { length }) => sum + length, samples.length));
  let at = 0;
  for (const [i, head] of heads.entries()) {
    w.bytes(head);
    w.bytes(samples.subarray(at, at += sizes[i]!));
  }
  return w.finish();
}
