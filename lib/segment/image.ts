/** Single JPEG images of an MJPEG track: a sample is an image. */

import type { MediaRendition } from "../presentation/presentation.ts";
import { sampleRanges } from "./plan.ts";
import type { SegmentPlan } from "./plan.ts";

/** @param index of the segment in the rendition's timeline */
export function imageSegment({ track, timeline }: MediaRendition, index: number): SegmentPlan {
  const first = timeline.samples[index]!;
  const { offsets, sizes } = track.samples.samples(first, first + 1);
  return { type: "image/jpeg", head: new Uint8Array(0), ranges: sampleRanges(offsets, sizes) };
}
