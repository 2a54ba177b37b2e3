/** The transformation matrix of mvhd and tkhd (14496-12 §8.3.2). */

import type { ByteReader, ByteWriter } from "../bytes.ts";
import type { Track } from "./movie.ts";

/** Fixed-point 1 as 16.16 and as 2.30 (14496-12 §6.2.2). */
export const ONE = 0x10000;
const ONE_2_30 = 0x40000000;

/** Clockwise rotation in degrees. */
type Rotation = Track["rotation"];

/** Matrix without perspective. The rotation is 0 for mirroring and skewing; x and y are in pixels. */
export interface Matrix {
  readonly rotation: Rotation;
  readonly x: number;
  readonly y: number;
}

/** Returns a, b, c, d, x, y of the matrix (14496-12 §8.3.2). x and y move the image to the origin. */
function getMatrixValues(rotation: Rotation, width: number, height: number): number[] {
  switch (rotation) {
    case 0:
      return [ONE, 0, 0, ONE, 0, 0];
    case 90:
      return [0, ONE, -ONE, 0, height * ONE, 0];
    case 180:
      return [-ONE, 0, 0, -ONE, width * ONE, height * ONE];
    case 270:
      return [0, -ONE, ONE, 0, 0, width * ONE];
  }
}

/** Writes a rotation of an image of `width` × `height` pixels before rotation. */
export function writeMatrix(
  w: ByteWriter,
  rotation: Rotation,
  width: number,
  height: number,
): void {
  const [a, b, c, d, x, y] = getMatrixValues(rotation, width, height);
  for (const value of [a!, b!, 0, c!, d!, 0, x!, y!, ONE_2_30]) w.i32(value);
}

export function readMatrix(r: ByteReader): Matrix {
  const [a, b] = [r.i32(), r.i32()];
  r.skip(4);
  const [c, d] = [r.i32(), r.i32()];
  r.skip(4);
  const [x, y] = [r.i32(), r.i32()];
  r.skip(4);
  return { rotation: getRotation(a, b, c, d), x: x / ONE, y: y / ONE };
}

/** Returns the clockwise rotation, with y pointing down; 0 for mirroring and skewing. */
function getRotation(a: number, b: number, c: number, d: number): Rotation {
  if (a === 0 && d === 0 && b === -c) return b > 0 ? 90 : b < 0 ? 270 : 0;
  return b === 0 && c === 0 && a === d && a < 0 ? 180 : 0;
}
