import { ByteWriter } from "../bytes.ts";
import { styp } from "../mp4/file_type.ts";
import { getMdatHeaderSize, mdatHeader } from "../mp4/mdat.ts";
import { getMoofSize, moof } from "../mp4/moof.ts";
import type { SubtitleRendition } from "../presentation/presentation.ts";
import { STYP_SIZE } from "../presentation/segment_bytes.ts";
import { buildWvttRun } from "./wvtt_samples.ts";
import { SEGMENT_BRANDS, TRACK_ID } from "./segment.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";

export const SUBTITLES_MP4_TYPE = "application/mp4";

/**
 * Plans a segment of WebVTT in MP4 (ISO/IEC 14496-30 §7, CMAF 23000-19 §11.2).
 *
 * @throws MediaError as `buildWvttRun()`
 */
export function planWvttSegment(rendition: SubtitleRendition, index: number): SegmentPlan {
  const { run, bytes } = buildWvttRun(rendition, index);
  const w = new ByteWriter(
    STYP_SIZE + getMoofSize([run]) + getMdatHeaderSize(bytes.length) + bytes.length,
  );
  styp(w, SEGMENT_BRANDS);
  moof(w, { sequence: index + 1, trackId: TRACK_ID, runs: [run] });
  mdatHeader(w, bytes.length);
  w.bytes(bytes);
  return { type: SUBTITLES_MP4_TYPE, header: w.finish(), ranges: [] };
}
