import type { MediaRendition, StoredRange } from "../presentation/presentation.ts";
import { readSegmentSamples } from "../presentation/segment_samples.ts";
import type { SegmentProtection } from "../presentation/segment_protection.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { getMp4Type, planMediaFragment } from "./media_fragment.ts";

/**
 * Plans a CMAF segment (23000-19 §7.3.2) whose samples are bytes of the source, or encrypted ones. Segments that were recorded
 * are in the source as a whole.
 *
 * @param index in the rendition's timeline
 */
export function planCmafSegment(
  rendition: MediaRendition,
  index: number,
  protection: SegmentProtection,
): SegmentPlan {
  if (rendition.stored) return planStoredSegment(rendition, rendition.stored.locate(index));
  const fragment = { sequence: index + 1, runs: readSegmentSamples(rendition, index) };
  return planMediaFragment(rendition, fragment, { protection, sequence: index });
}

function planStoredSegment(rendition: MediaRendition, range: StoredRange): SegmentPlan {
  return {
    type: getMp4Type(rendition),
    header: new Uint8Array(),
    ranges: [{ source: rendition.source, ...range }],
  };
}
