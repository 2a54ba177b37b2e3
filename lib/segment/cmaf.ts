/** CMAF segments (23000-19 §7.3.2). */
import type { MediaRendition } from "../presentation/presentation.ts";
import type { SegmentPlan } from "./plan.ts";

/** @param index of the segment in the rendition's timeline */
export function cmafSegment(rendition: MediaRendition, index: number): SegmentPlan {
  throw new Error(`not yet ${rendition} ${index}`);
}
