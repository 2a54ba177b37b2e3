import type { MediaRendition } from "../presentation/presentation.ts";
import { readSegmentSamples } from "../presentation/segment_samples.ts";
import type { SegmentProtection } from "../presentation/segment_protection.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { planMediaFragment } from "./media_fragment.ts";

/**
 * Plans a CMAF segment (23000-19 §7.3.2) whose samples are bytes of the source, or encrypted ones.
 *
 * @param index in the rendition's timeline
 */
export function planCmafSegment(
  rendition: MediaRendition,
  index: number,
  protection: SegmentProtection,
): SegmentPlan {
  const fragment = { sequence: index + 1, runs: readSegmentSamples(rendition, index) };
  return planMediaFragment(rendition, fragment, { protection, sequence: index });
}
