import type { KeyFrame } from "../presentation/key_frames.ts";
import type { MediaRendition } from "../presentation/presentation.ts";
import { readSampleRuns } from "../presentation/segment_samples.ts";
import type { SegmentProtection } from "../presentation/segment_protection.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { planMediaFragment } from "./media_fragment.ts";

/** Largest sample_duration of a trun. */
const MAX_DURATION = 2 ** 32 - 1;

/**
 * Plans a key frame as a CMAF segment of one sample, for the rendition's init segment. The sample lasts until the next key frame:
 * players buffer key frames one after the other, and a gap between them would stall playback.
 */
export function planKeyFrame(
  rendition: MediaRendition,
  { sample, time, end, number }: KeyFrame,
  protection: SegmentProtection,
): SegmentPlan {
  const durations = Uint32Array.of(Math.min(end - time, MAX_DURATION));
  const runs = readSampleRuns(rendition, sample, sample + 1).map((run) => ({ ...run, durations }));
  const fragment = { sequence: getSequence(rendition, { sample, time }), runs };
  return planMediaFragment(rendition, fragment, { protection, sequence: number });
}

/** Samples of a recording have no numbers of their own, since earlier ones may have been deleted. */
function getSequence(
  { stored, timing: { timescale } }: MediaRendition,
  { sample, time }: Pick<KeyFrame, "sample" | "time">,
): number {
  return stored ? Math.floor(time / timescale * 1000) % MAX_DURATION + 1 : sample + 1;
}
