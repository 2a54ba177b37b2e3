/** Thumbnails of an even cadence, which DVB-DASH and players address by number (23009-1 §5.3.9.5). */

import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { countSegments } from "../presentation/segment_timeline.ts";
import { getClipStart } from "../selection/select.ts";

export interface ImageCadence {
  /** In the rendition's timescale. */
  readonly duration: number;
  /** The start of the first image is `duration` × `startNumber`. */
  readonly startNumber: number;
}

/**
 * Returns the cadence of images that follow each other evenly from the start of the presentation to its end, of which the last one
 * may be shorter; undefined for others.
 */
export function findImageCadence(
  { timeline, timing: { timescale } }: MediaRendition,
  presentation: Presentation,
): ImageCadence | undefined {
  const { times } = timeline;
  const count = countSegments(timeline);
  if (count < 2) return undefined;
  const [start, duration] = [times[0]!, times[1]! - times[0]!];
  if (start !== getClipStart(presentation, timescale) || start % duration !== 0) return undefined;
  for (let i = 1; i < count; i++) if (times[i] !== start + i * duration) return undefined;
  const { ticks, timescale: scale } = presentation.duration;
  const numbers = Math.ceil(ticks / scale * timescale / duration - 1e-6);
  return numbers === count ? { duration, startNumber: start / duration } : undefined;
}
