/** Segments of WebVTT in MP4 (ISO/IEC 14496-30 §7; CMAF 23000-19 §11.2): made of cues, nothing is read. */

import { ByteWriter } from "../bytes.ts";
import { mdatHeader, mdatHeaderSize, moof, moofSize, styp } from "../mp4/fragment.ts";
import type { TextRendition } from "../presentation/presentation.ts";
import { STYP_SIZE } from "../presentation/segment_samples.ts";
import { getWvttSegmentSamples } from "./wvtt_samples.ts";
import { SEGMENT_BRANDS, TRACK_ID } from "./segment.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";

/** Content type of an init or a segment of text. */
export const TEXT_MP4 = "application/mp4";

/**
 * @param index of the segment between the boundaries of `rendition`
 * @throws MediaError when so many cues are shown at once that a segment would grow beyond reason
 */
export function planWvttSegment(rendition: TextRendition, index: number): SegmentPlan {
  const { run, bytes } = getWvttSegmentSamples(rendition, index);
  const w = new ByteWriter(
    STYP_SIZE + moofSize([run]) + mdatHeaderSize(bytes.length) + bytes.length,
  );
  styp(w, SEGMENT_BRANDS);
  moof(w, { sequence: index + 1, trackId: TRACK_ID, runs: [run] });
  mdatHeader(w, bytes.length);
  w.bytes(bytes);
  return { type: TEXT_MP4, header: w.finish(), ranges: [] };
}
