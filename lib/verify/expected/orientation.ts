/** Orientation and display size of video, by the matrices and the size of its track. */

import type { MatrixValues, TrackDeclaration } from "../readers/track_declaration.ts";
import type { VideoDeclaration } from "../readers/video_declaration.ts";

/** Where the right and the bottom of the coded image are presented. */
export interface Directions {
  readonly right: Direction;
  readonly bottom: Direction;
}

type Direction = "right" | "bottom" | "left" | "top";

/** Components of a vector that are smaller, relative to the other one, are rounding errors. */
const MAX_SKEW = 0.01;

const UPRIGHT_DIRECTIONS: Directions = { right: "right", bottom: "bottom" };

/** Images that are not rotated by a right angle are presented upright, as players do. */
export function findDirections([a, b, c, d]: MatrixValues): Directions {
  const [right, bottom] = [findDirection(a, b), findDirection(c, d)];
  if (!right || !bottom || isVertical(right) === isVertical(bottom)) return UPRIGHT_DIRECTIONS;
  return { right, bottom };
}

function findDirection(x: number, y: number): Direction | undefined {
  const [across, down] = [Math.abs(x), Math.abs(y)];
  if (across > 0 && down <= MAX_SKEW * across) return x > 0 ? "right" : "left";
  if (down > 0 && across <= MAX_SKEW * down) return y > 0 ? "bottom" : "top";
  return undefined;
}

function isVertical(direction: Direction): boolean {
  return direction === "bottom" || direction === "top";
}

export function isTurned({ right }: Directions): boolean {
  return isVertical(right);
}

export function describeDirections({ right, bottom }: Directions): string {
  return `its right at the ${right}, its bottom at the ${bottom}`;
}

/** Width over height of a sample, and by how much it may be off. */
export interface ExpectedAspect {
  readonly ratio: number;
  readonly tolerance: number;
}

const EXACT = 1e-6;

/** Smaller differences are rows that a decoder crops. */
const MAX_SQUARE_DEVIATION = 0.01;

const MAX_ASPECT = 8;

/** Without `pasp`, the size of the track header comes before the bitstream, unless its pixels are square. */
export function computeAspect(
  { aspect, hasPasp, width, height }: VideoDeclaration,
  track: TrackDeclaration,
): ExpectedAspect {
  const coded = { ratio: aspect, tolerance: EXACT };
  if (hasPasp || !(track.width >= 1 && track.height >= 1)) return coded;
  const [a, b, c, d] = track.matrix;
  const shownWidth = track.width * (Math.hypot(a, b) || 1);
  const shownHeight = track.height * (Math.hypot(c, d) || 1);
  const ratio = shownWidth * height / (shownHeight * width);
  const turnedRatio = shownWidth * width / (shownHeight * height);
  const isAfterRotation = isTurned(findDirections(track.matrix)) && isSquare(turnedRatio);
  const isUsable = !isSquare(ratio) && !isAfterRotation && ratio < MAX_ASPECT &&
    ratio > 1 / MAX_ASPECT;
  const tolerance = 1 / Math.max(track.width, track.height); // sizes may be rounded to pixels
  return isUsable ? { ratio, tolerance } : coded;
}

function isSquare(ratio: number): boolean {
  return Math.abs(ratio - 1) < MAX_SQUARE_DEVIATION;
}
