import type { MediaRendition } from "../presentation/presentation.ts";
import type { SegmentProtection } from "../presentation/segment_protection.ts";
import { toSampleRanges } from "../storage/read_plan.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";

/** Plans the response of a JPEG image, which is a sample of an MJPEG track. */
export function planImage(
  { source, track, timeline }: MediaRendition,
  index: number,
  _protection: SegmentProtection,
): SegmentPlan {
  const first = timeline.samples[index]!;
  const ranges = toSampleRanges(source, track.samples.readSamples(first, first + 1));
  return { type: "image/jpeg", header: new Uint8Array(0), ranges };
}
