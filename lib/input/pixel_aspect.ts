/** Pixel aspect ratio of video whose sample entry has no usable `pasp`: by its track header (14496-12 §8.3.2). */

import type { Description } from "../codecs/codec.ts";
import { readPasp } from "../codecs/video_properties.ts";
import { getOrientation, getScale } from "../mp4/matrix.ts";
import type { Track } from "../mp4/movie.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";

type Ratio = readonly [width: number, height: number];

/** Smaller differences are rows that a decoder crops. */
const MIN_DEVIATION = 0.01;

/** Beyond these, the size is not that of the image. */
const MAX_RATIO = 8;

/** Sizes and matrices are 16.16. */
const FIXED_POINT_TOLERANCE = 2 ** -15;

/** Ratios of larger numbers, such as 853:720 for 32:27, have a size that was rounded to pixels. */
const MAX_SIMPLE_TERM = 100;

/** Prefers the track header to the bitstream's ratio where they differ, as players do. */
export function withTrackAspect(
  description: Description,
  track: Pick<Track, "geometry" | "matrix">,
  entry: SampleEntry,
): Description {
  if (description.type !== "video" || readPasp(entry)) return description;
  const pixelAspect = computeTrackAspect(track, description);
  return pixelAspect ? { ...description, pixelAspect } : description;
}

/** Returns undefined if the track header declares square pixels, or no size. */
function computeTrackAspect(
  { geometry, matrix }: Pick<Track, "geometry" | "matrix">,
  coded: { readonly width: number; readonly height: number },
): Ratio | undefined {
  if (!geometry || !(geometry.width >= 1 && geometry.height >= 1)) return undefined; // some write pixels, not 16.16
  const [horizontal, vertical] = getScale(matrix);
  const [width, height] = [geometry.width * horizontal, geometry.height * vertical];
  const aspect = (width / coded.width) / (height / coded.height);
  if (isSquare(aspect) || !(aspect < MAX_RATIO && aspect > 1 / MAX_RATIO)) return undefined;
  const isSideways = getOrientation(matrix).rotation % 180 !== 0;
  if (isSideways && isSquare((width / coded.height) / (height / coded.width))) return undefined; // the size after rotation
  const exact = approximate(aspect, FIXED_POINT_TOLERANCE);
  const isSimple = Math.max(exact[0], exact[1]) <= MAX_SIMPLE_TERM;
  return isSimple ? exact : approximate(aspect, 0.5 / Math.max(geometry.width, geometry.height)); // rounded to pixels
}

function isSquare(aspect: number): boolean {
  return Math.abs(aspect - 1) < MIN_DEVIATION;
}

/** Returns the continued fraction of a ratio, up to a relative tolerance. */
function approximate(ratio: number, tolerance: number): Ratio {
  let [n, d, previousN, previousD] = [Math.floor(ratio), 1, 1, 0];
  for (let rest = ratio - n; Math.abs(n / d / ratio - 1) > tolerance;) {
    const inverse = 1 / rest;
    const whole = Math.floor(inverse);
    [n, d, previousN, previousD] = [whole * n + previousN, whole * d + previousD, n, d];
    rest = inverse - whole;
  }
  return [n, d];
}
