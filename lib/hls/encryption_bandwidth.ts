/** What encryption adds to the bandwidth of key frames and MPEG-TS, from the durations of segments alone. */

import { AES_BLOCK_SIZE } from "../drm/content_key.ts";
import { type Bandwidths, computeBandwidths } from "../presentation/bandwidth.ts";
import { MIN_KEY_FRAME_INTERVAL } from "../presentation/key_frames.ts";
import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { countSegments } from "../presentation/segment_timeline.ts";
import { computeSegmentDurations } from "../presentation/segment_sizes.ts";

/** Computes the padding of `aes-128` in MPEG-TS and packed audio: at most a block for each segment. A value of `DerivedValues`. */
export function computeSegmentExcess(
  { targetDuration, renditions }: Presentation,
  name: string,
): Bandwidths {
  const durations = computeSegmentDurations(renditions.get(name) as MediaRendition);
  return computeBandwidths(
    durations.map((seconds) => ({ bytes: AES_BLOCK_SIZE, seconds })),
    targetDuration,
  );
}

/**
 * Computes what is added to the key frames of an encrypted rendition, in bit/s. There are at most one for each segment, and one a
 * `MIN_KEY_FRAME_INTERVAL`; a look-up would cost a pass through them.
 */
export function computeKeyFrameExcess(
  { encryption, timeline, timing: { timescale } }: MediaRendition,
): number {
  const { decodeTimes } = timeline;
  const seconds = (decodeTimes.at(-1)! - decodeTimes[0]!) / timescale;
  if (!encryption?.keyFrameExcess || seconds <= 0) return 0;
  const frames = seconds / MIN_KEY_FRAME_INTERVAL + countSegments(timeline);
  return Math.ceil(8 * encryption.keyFrameExcess * frames / seconds);
}
