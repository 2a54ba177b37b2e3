/** A key frame as an MPEG-TS resource of its own (RFC 8216bis §4.4.3.6). */

import { encryptSegment } from "../cmaf/aes128.ts";
import type { KeyFrame } from "../presentation/key_frames.ts";
import type { MediaRendition } from "../presentation/presentation.ts";
import type { SegmentProtection } from "../presentation/segment_protection.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { createVideoTrack, planWholeTracks } from "./mpegts_segment.ts";

/**
 * Plans PAT, PMT and one PES packet of video, without audio. Its presentation time is that of the segment. Nothing is reordered, so
 * it needs no decode time: a player that aligns resources by their decode times would show it late.
 */
export function planTsKeyFrame(
  video: MediaRendition,
  { sample, number }: KeyFrame,
  protection: SegmentProtection,
): SegmentPlan {
  const track = createVideoTrack(video, { first: sample, end: sample + 1 });
  const units = track.units.map((unit) => ({ ...unit, dts: unit.pts, nextDts: unit.pts }));
  return encryptSegment(planWholeTracks([{ ...track, units }], 0), protection, number);
}
