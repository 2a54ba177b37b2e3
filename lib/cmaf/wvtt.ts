import type { SubtitleRendition } from "../presentation/presentation.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { writeFragment } from "./fragment_writer.ts";
import { buildWvttRun } from "./wvtt_samples.ts";

export const SUBTITLES_MP4_TYPE = "application/mp4";

/**
 * Plans a segment of WebVTT in MP4 (ISO/IEC 14496-30 §7, CMAF 23000-19 §11.2).
 *
 * @throws MediaError as `buildWvttRun()`
 */
export function planWvttSegment(rendition: SubtitleRendition, index: number): SegmentPlan {
  const { run, bytes } = buildWvttRun(rendition, index);
  const header = writeFragment({ sequence: index + 1, runs: [run] }, bytes);
  return { type: SUBTITLES_MP4_TYPE, header, ranges: [] };
}
