import { ByteWriter } from "../bytes.ts";
import { styp } from "../mp4/file_type.ts";
import { mdatHeader } from "../mp4/mdat.ts";
import { type FragmentRun, moof } from "../mp4/moof.ts";
import type { StppTrack } from "../presentation/presentation.ts";
import { readSegmentSamples } from "../presentation/segment_samples.ts";
import { SEGMENT_BRANDS, TRACK_ID } from "./segment.ts";
import { toSampleRanges } from "../storage/read_plan.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { SUBTITLES_MP4_TYPE } from "./wvtt.ts";

/**
 * Plans a segment of TTML (ISO/IEC 14496-30 §5). Several documents get a fragment each, since hls.js parses an mdat as one
 * document.
 *
 * @param index in the track's timeline
 */
export function planStppSegment(subtitles: StppTrack, index: number): SegmentPlan {
  const { runs, offsets } = readSegmentSamples(subtitles, index);
  const singles = runs.flatMap(splitRun);
  const first = subtitles.timeline.samples[index]!;
  const headers = singles.map((run, i) => buildHeader(run, first + i + 1, i === 0));
  const ranges = runs.flatMap(({ sizes }, i) =>
    toSampleRanges(subtitles.source, { offsets: offsets[i]!, sizes })
  );
  if (headers.length === 1) return { type: SUBTITLES_MP4_TYPE, header: headers[0]!, ranges };
  return {
    type: SUBTITLES_MP4_TYPE,
    header: new Uint8Array(0),
    ranges,
    transform: (bytes) => interleave(headers, bytes, singles.map(({ sizes }) => sizes[0]!)),
  };
}

function splitRun(run: FragmentRun): FragmentRun[] {
  let { time } = run;
  return Array.from(run.sizes, (_, i) => {
    const slice = (column: Uint32Array) => column.slice(i, i + 1);
    const { descriptionIndex, sizes, durations, compositionOffsets, flags } = run;
    const single = {
      descriptionIndex,
      time,
      sizes: slice(sizes),
      durations: slice(durations),
      compositionOffsets: slice(compositionOffsets),
      flags: slice(flags),
    };
    time += durations[i]!;
    return single;
  });
}

function buildHeader(run: FragmentRun, sequence: number, isFirst: boolean): Uint8Array {
  const w = new ByteWriter(160);
  if (isFirst) styp(w, SEGMENT_BRANDS);
  moof(w, { sequence, trackId: TRACK_ID, runs: [run] });
  mdatHeader(w, run.sizes[0]!);
  return w.finish();
}

function interleave(
  headers: readonly Uint8Array[],
  samples: Uint8Array,
  sizes: readonly number[],
): Uint8Array {
  const w = new ByteWriter(headers.reduce((sum, { length }) => sum + length, samples.length));
  let at = 0;
  for (const [i, header] of headers.entries()) {
    w.bytes(header);
    w.bytes(samples.subarray(at, at += sizes[i]!));
  }
  return w.finish();
}
