/** A rendition of an archive as protocols read it: a track whose samples are as AMS sends them. */

import type { Track } from "../mp4/movie.ts";
import type { SampleTable } from "../mp4/samples/sample_table.ts";
import { buildEmptyPreroll } from "../presentation/preroll.ts";
import type { SampleTiming } from "../presentation/sample_timing.ts";
import type { SegmentFragments } from "./segment_fragments.ts";
import { SegmentTable } from "./segment_table.ts";
import type { ArchivedTimeline } from "./timeline_history.ts";

export interface ArchivedTrack {
  readonly track: Track;
  readonly timing: SampleTiming;
  readonly timeline: ArchivedTimeline;
}

/** Builds the track of a timeline at no cost in proportion to its length. */
export function buildArchivedTrack(
  timeline: ArchivedTimeline,
  fragments: SegmentFragments,
  { type, mediaTime }: { readonly type: "video" | "audio"; readonly mediaTime: number },
): ArchivedTrack {
  const samples = new SegmentTable(timeline, fragments, { allSync: type === "audio" });
  const track = { ...fragments.track, samples, hasFragments: true };
  const [time, decodeTime] = [timeline.times[0]!, timeline.decodeTimes[0]!];
  const delay = type === "audio" && mediaTime === 0 ? time - decodeTime : 0; // of audio that starts later
  return { track, timing: buildArchivedTiming(track, timeline, { mediaTime, delay }), timeline };
}

/** Durations and composition offsets are those of the chunks. */
function buildArchivedTiming(
  { timescale, samples: table }: { readonly timescale: number; readonly samples: SampleTable },
  { samples }: ArchivedTimeline,
  { mediaTime, delay }: Pick<SampleTiming, "mediaTime" | "delay">,
): SampleTiming {
  const [first, end] = [samples[0]!, table.count];
  return {
    timescale,
    first,
    end,
    mediaTime,
    delay,
    preroll: buildEmptyPreroll(first),
    decodeTime: (index) => table.decodeTime(index),
    presentationTime: (index) =>
      table.decodeTime(index) + table.compositionOffset(index) - mediaTime,
    indexAt: (time) => Math.max(first, table.indexAt(time)),
    runFields(_from, { durations, compositionOffsets }) {
      const { buffer, byteOffset, length } = compositionOffsets;
      return { durations, compositionOffsets: new Uint32Array(buffer, byteOffset, length) };
    },
    uniformFields(from, end) {
      const uniform = table.uniformFields(from, end);
      return { uniform, zeroOffsets: uniform.offsets && table.compositionOffset(from) === 0 };
    },
  };
}
