import type { MediaRendition } from "../presentation/presentation.ts";
import { readSegmentSamples } from "../presentation/segment_samples.ts";
import type { SegmentProtection } from "../presentation/segment_protection.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { planFragment } from "./fragment_writer.ts";

/**
 * Plans a CMAF segment (23000-19 §7.3.2) whose samples are bytes of the source.
 *
 * @param index in the rendition's timeline
 */
export function planCmafSegment(
  rendition: MediaRendition,
  index: number,
  _protection: SegmentProtection,
): SegmentPlan {
  const runs = readSegmentSamples(rendition, index);
  return planFragment(getMp4Type(rendition), { sequence: index + 1, runs });
}

export function getMp4Type({ type }: MediaRendition): "video/mp4" | "audio/mp4" {
  return type === "audio" ? "audio/mp4" : "video/mp4";
}
