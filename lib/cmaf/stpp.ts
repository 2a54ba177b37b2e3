import type { StppTrack } from "../presentation/presentation.ts";
import { readSegmentSamples, type SourceRun } from "../presentation/segment_samples.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { planFragments } from "./fragment_writer.ts";
import { SUBTITLES_MP4_TYPE } from "./wvtt.ts";

/**
 * Plans a segment of TTML (ISO/IEC 14496-30 §5). Several documents get a fragment each, since hls.js parses an mdat as one
 * document.
 *
 * @param index in the track's timeline
 */
export function planStppSegment(subtitles: StppTrack, index: number): SegmentPlan {
  const first = subtitles.timeline.samples[index]!;
  const runs = readSegmentSamples(subtitles, index).flatMap(splitRun);
  const fragments = runs.map((run, i) => ({ sequence: first + i + 1, runs: [run] }));
  return planFragments(SUBTITLES_MP4_TYPE, fragments);
}

function splitRun(run: SourceRun): SourceRun[] {
  const { descriptionIndex, sizes, durations, compositionOffsets, flags, source, offsets } = run;
  let { time } = run;
  return Array.from(sizes, (_, i) => {
    const single = {
      descriptionIndex,
      time,
      sizes: sizes.slice(i, i + 1),
      durations: durations.slice(i, i + 1),
      compositionOffsets: compositionOffsets.slice(i, i + 1),
      flags: flags.slice(i, i + 1),
      source,
      offsets: offsets.slice(i, i + 1),
    };
    time += durations[i]!;
    return single;
  });
}
