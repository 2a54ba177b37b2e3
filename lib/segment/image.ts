/** Single JPEG images of an MJPEG track. */
import type { MediaRendition } from "../presentation/presentation.ts";
import type { SegmentPlan } from "./plan.ts";

/** @param index of the segment in the rendition's timeline */
export function imageSegment(rendition: MediaRendition, index: number): SegmentPlan {
  throw new Error(`not yet ${rendition} ${index}`);
}
