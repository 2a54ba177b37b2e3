/** Segments of WebVTT in MP4 (ISO/IEC 14496-30 §7; CMAF 23000-19 §11.2): made of cues, nothing is read. */

import { ByteWriter } from "../bytes.ts";
import { mdatHeader, moof, styp } from "../mp4/fragment.ts";
import { SYNC_FLAGS } from "../mp4/sample_table.ts";
import type { TextRendition } from "../presentation/presentation.ts";
import { wvttSegmentSamples } from "../presentation/wvtt_segments.ts";
import { SEGMENT_BRANDS, TRACK_ID } from "./cmaf.ts";
import type { SegmentPlan } from "./plan.ts";

/** Content type of an init or a segment of text. */
export const TEXT_MP4 = "application/mp4";

/**
 * @param index of the segment between the boundaries of `rendition`
 * @throws MediaError when so many cues are shown at once that a segment would grow beyond reason
 */
export function wvttSegment(rendition: TextRendition, index: number): SegmentPlan {
  const { durations, sizes, bytes } = wvttSegmentSamples(rendition, index);
  const count = sizes.length;
  const run = {
    description: 1,
    time: rendition.times[index]!,
    sizes,
    durations,
    compositionOffsets: new Uint32Array(count),
    flags: new Uint32Array(count).fill(SYNC_FLAGS),
  };
  const w = new ByteWriter(256 + 8 * count + bytes.length);
  styp(w, SEGMENT_BRANDS);
  moof(w, { sequence: index + 1, trackId: TRACK_ID, runs: [run] });
  mdatHeader(w, bytes.length);
  w.bytes(bytes);
  return { type: TEXT_MP4, head: w.finish(), ranges: [] };
}
