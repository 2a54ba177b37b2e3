import type { MediaRendition } from "../presentation/presentation.ts";
import type { SegmentProtection } from "../presentation/segment_protection.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { encryptSegment } from "./aes128.ts";
import { planFragment, type SourceFragment, writeFragment } from "./fragment_writer.ts";
import { planProtectedFragment } from "./protected.ts";

/**
 * Plans a fragment of audio or video as its protection demands.
 *
 * @param sequence media sequence number in the playlist of the whole asset
 */
export function planMediaFragment(
  rendition: MediaRendition,
  fragment: SourceFragment,
  { protection, sequence }: {
    readonly protection: SegmentProtection;
    readonly sequence: number | undefined;
  },
): SegmentPlan {
  const type = getMp4Type(rendition);
  const encryption = protection.samples;
  if (!encryption) return encryptSegment(planFragment(type, fragment), protection, sequence);
  const { runs } = fragment;
  return planProtectedFragment({
    type,
    rendition,
    encryption,
    runs,
    writeHeader: (runs) => writeFragment({ ...fragment, runs }),
  });
}

export function getMp4Type({ type }: MediaRendition): "video/mp4" | "audio/mp4" {
  return type === "audio" ? "audio/mp4" : "video/mp4";
}
