/** What encryption adds to the bandwidth of key frames and MPEG-TS, from the durations of segments alone. */

import { AES_BLOCK_SIZE } from "../drm/content_key.ts";
import { type Bandwidths, computeBandwidths } from "../presentation/bandwidth.ts";
import { MIN_KEY_FRAME_INTERVAL } from "../presentation/key_frames.ts";
import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { computeSegmentDurations } from "../presentation/segment_sizes.ts";

/** Computes the padding of `aes-128` in MPEG-TS and packed audio: at most a block for each segment; see `DerivedValues`. */
export function extendSegmentExcess(
  _previous: Bandwidths | undefined,
  presentation: Presentation,
  name: string,
): Bandwidths {
  return computeExcess(presentation, name, () => AES_BLOCK_SIZE);
}

/** Computes what is added to the key frames of an encrypted rendition, about one a second; see `DerivedValues`. */
export function extendKeyFrameExcess(
  _previous: Bandwidths | undefined,
  presentation: Presentation,
  name: string,
): Bandwidths {
  const { encryption } = presentation.renditions.get(name) as MediaRendition;
  const bytes = encryption?.keyFrameExcess ?? 0;
  return computeExcess(
    presentation,
    name,
    (seconds) => bytes * Math.ceil(seconds / MIN_KEY_FRAME_INTERVAL),
  );
}

function computeExcess(
  { targetDuration, renditions }: Presentation,
  name: string,
  getBytes: (seconds: number) => number,
): Bandwidths {
  const durations = computeSegmentDurations(renditions.get(name) as MediaRendition);
  return computeBandwidths(
    durations.map((seconds) => ({ bytes: getBytes(seconds), seconds })),
    targetDuration,
  );
}
