import type { StppTrack } from "../presentation/presentation.ts";
import { readSegmentSamples, type SourceRun } from "../presentation/segment_samples.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { EMPTY_TTML } from "../subtitles/stpp.ts";
import { SYNC_FLAGS } from "../mp4/samples/sample_table.ts";
import { planFragments, writeFragment } from "./fragment_writer.ts";
import { SUBTITLES_MP4_TYPE } from "./wvtt.ts";

/**
 * Plans a segment of TTML (ISO/IEC 14496-30 §5). Several documents get a fragment each, since hls.js parses an mdat as one
 * document. A segment without a document of the track contains an empty one.
 *
 * @param index in the track's timeline
 */
export function planStppSegment(subtitles: StppTrack, index: number): SegmentPlan {
  const { samples, decodeTimes } = subtitles.timeline;
  const first = samples[index]!;
  if (first === samples[index + 1]) return planEmptyDocument(subtitles, index);
  const runs = readSegmentSamples(subtitles, index).flatMap(splitRun);
  const last = runs.at(-1)!;
  last.durations[0] = decodeTimes[index + 1]! - last.time; // the last document of the track may be extended
  const fragments = runs.map((run, i) => ({ sequence: first + i + 1, runs: [run] }));
  return planFragments(SUBTITLES_MP4_TYPE, fragments);
}

function planEmptyDocument({ timeline }: StppTrack, index: number): SegmentPlan {
  const { samples, decodeTimes } = timeline;
  const count = samples[index]!;
  const run = {
    descriptionIndex: 1,
    time: decodeTimes[index]!,
    sizes: Uint32Array.of(EMPTY_TTML.length),
    durations: Uint32Array.of(decodeTimes[index + 1]! - decodeTimes[index]!),
    compositionOffsets: Uint32Array.of(0),
    flags: Uint32Array.of(SYNC_FLAGS),
  };
  const sequence = count + 1 + index - samples.indexOf(count);
  return {
    type: SUBTITLES_MP4_TYPE,
    header: writeFragment({ sequence, runs: [run] }, EMPTY_TTML),
    ranges: [],
  };
}

function splitRun(run: SourceRun): SourceRun[] {
  const { first, descriptionIndex, sizes, durations, compositionOffsets, flags, source, offsets } =
    run;
  let { time } = run;
  return Array.from(sizes, (_, i) => {
    const single = {
      first: first + i,
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
