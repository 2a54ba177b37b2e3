/** The transformation matrix of mvhd and tkhd (14496-12 §6.2.2). */

import type { ByteReader, ByteWriter } from "../bytes.ts";

/** Fixed-point 1 as 16.16 and as 2.30. */
export const ONE = 0x10000;
const ONE_2_30 = 0x40000000;

/** Matrix without perspective: (p, q) becomes (a·p + c·q + x, b·p + d·q + y). x and y are in pixels. */
export interface Matrix {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly x: number;
  readonly y: number;
}

export interface Orientation {
  /** Clockwise, in degrees. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** True if left and right are exchanged before the rotation. */
  readonly mirrored: boolean;
}

export const IDENTITY: Matrix = { a: 1, b: 0, c: 0, d: 1, x: 0, y: 0 };

export const UPRIGHT: Orientation = { rotation: 0, mirrored: false };

/** Cosine and sine of a rotation. */
const ROTATIONS = { 0: [1, 0], 90: [0, 1], 180: [-1, 0], 270: [0, -1] } as const;

/** Values of a right-angled matrix that are this small, relative to the others, are rounding errors. */
const TOLERANCE = 0.01;

/** Writes an orientation of an image of `width` × `height` pixels, and moves the result to the origin. */
export function writeMatrix(
  w: ByteWriter,
  { rotation, mirrored }: Orientation,
  width: number,
  height: number,
): void {
  const [cosine, sine] = ROTATIONS[rotation];
  const [a, b] = mirrored ? [-cosine, -sine] : [cosine, sine];
  const [c, d] = [-sine, cosine];
  const x = Math.max(0, -a * width, -c * height);
  const y = Math.max(0, -b * width, -d * height);
  const [u, v] = [0, 0];
  for (const value of [a, b, u, c, d, v, x, y]) w.i32(Math.round(value * ONE));
  w.i32(ONE_2_30);
}

/** Reads a matrix; the identity if all of it is 0. */
export function readMatrix(r: ByteReader): Matrix {
  const read = () => r.i32() / ONE;
  const [a, b] = [read(), read()];
  r.skip(4);
  const [c, d] = [read(), read()];
  r.skip(4);
  const [x, y] = [read(), read()];
  r.skip(4);
  return a || b || c || d ? { a, b, c, d, x, y } : IDENTITY; // some writers leave it out
}

/** Returns the matrix that applies `first`, then `second`. */
export function multiply(first: Matrix, second: Matrix): Matrix {
  const { a, b, c, d, x, y } = second;
  const transform = (p: number, q: number) => [a * p + c * q, b * p + d * q] as const;
  const [[na, nb], [nc, nd]] = [transform(first.a, first.b), transform(first.c, first.d)];
  const [nx, ny] = transform(first.x, first.y);
  return { a: na, b: nb, c: nc, d: nd, x: nx + x, y: ny + y };
}

/** Returns upright for matrices that skew, or rotate by other than right angles: players ignore them. */
export function getOrientation({ a, b, c, d }: Matrix): Orientation {
  const [upright, sideways] = [
    Math.min(Math.abs(a), Math.abs(d)),
    Math.min(Math.abs(b), Math.abs(c)),
  ];
  if (sideways > 0 && isSmall([a, d], sideways)) {
    return b > 0 === c < 0
      ? { rotation: b > 0 ? 90 : 270, mirrored: false }
      : { rotation: b > 0 ? 270 : 90, mirrored: true };
  }
  if (upright > 0 && isSmall([b, c], upright)) {
    return { rotation: d > 0 ? 0 : 180, mirrored: a > 0 !== d > 0 };
  }
  return UPRIGHT;
}

function isSmall(values: readonly number[], reference: number): boolean {
  return values.every((value) => Math.abs(value) <= TOLERANCE * reference);
}

/** Returns the factors by which width and height of an image are scaled before its rotation; 1 where they are 0. */
export function getScale({ a, b, c, d }: Matrix): [horizontal: number, vertical: number] {
  return [Math.hypot(a, b) || 1, Math.hypot(c, d) || 1];
}
