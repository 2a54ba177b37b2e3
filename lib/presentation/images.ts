import { binarySearchLessOrEqual } from "../binary_search.ts";
import type { MediaRendition, Presentation } from "./presentation.ts";

/** An image of a rendition of thumbnails, by its start in the rendition's timescale. */
export interface TimedImage {
  readonly rendition: MediaRendition;
  readonly time: number;
}

/** Many videos fade in from black. */
const DEFAULT_POSITION = 0.1;

/**
 * Returns the image that is shown at a time: the first or last one if there is none so early or late. Returns undefined without a
 * rendition of images.
 *
 * @param seconds default: after a tenth of the presentation
 */
export function findImage(
  { renditions }: Pick<Presentation, "renditions">,
  seconds?: number,
): TimedImage | undefined {
  const rendition = renditions.values().find((it): it is MediaRendition => it.type === "image");
  if (!rendition) return undefined;
  const { timeline: { times } } = rendition;
  const wanted = seconds === undefined
    ? times.at(-1)! * DEFAULT_POSITION
    : seconds * rendition.timing.timescale;
  const starts = times.subarray(0, -1);
  return { rendition, time: starts[Math.max(0, binarySearchLessOrEqual(starts, wanted))]! };
}
