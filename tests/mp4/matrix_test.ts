import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import {
  getOrientation,
  getScale,
  IDENTITY,
  type Matrix,
  multiply,
  type Orientation,
  readMatrix,
  UPRIGHT,
  writeMatrix,
} from "../../lib/mp4/matrix.ts";
import { u32 } from "./movie_file.ts";

const linear = (a: number, b: number, c: number, d: number): Matrix => ({
  ...{ a, b, c, d },
  ...{ x: 0, y: 0 },
});

/** Orientations, their linear parts, and where they move an image of 320 × 180 pixels. */
const ORIENTATIONS: [Orientation, Matrix][] = [
  [UPRIGHT, IDENTITY],
  [{ rotation: 90, mirrored: false }, { ...linear(0, 1, -1, 0), x: 180 }],
  [{ rotation: 180, mirrored: false }, { ...linear(-1, 0, 0, -1), x: 320, y: 180 }],
  [{ rotation: 270, mirrored: false }, { ...linear(0, -1, 1, 0), y: 320 }],
  [{ rotation: 0, mirrored: true }, { ...linear(-1, 0, 0, 1), x: 320 }],
  [{ rotation: 90, mirrored: true }, { ...linear(0, -1, -1, 0), x: 180, y: 320 }],
  [{ rotation: 180, mirrored: true }, { ...linear(1, 0, 0, -1), y: 180 }],
  [{ rotation: 270, mirrored: true }, linear(0, 1, 1, 0)],
];

for (const [orientation, matrix] of ORIENTATIONS) {
  const name = `${orientation.rotation} degrees${orientation.mirrored ? ", mirrored" : ""}`;
  Deno.test(`readMatrix() reads what writeMatrix() wrote: ${name}`, () => {
    const w = new ByteWriter();
    writeMatrix(w, orientation, 320, 180);
    assertEquals(readMatrix(new ByteReader(w.finish())), matrix);
    assertEquals(getOrientation(matrix), orientation);
  });
}

Deno.test("readMatrix() reads zeros as the identity", () => {
  assertEquals(readMatrix(new ByteReader(u32(...Array(9).fill(0)))), IDENTITY);
});

const OTHER: [what: string, Matrix, Orientation][] = [
  ["a rotation by 45 degrees", linear(0.7, 0.7, -0.7, 0.7), UPRIGHT],
  ["skewing", linear(1, 0.5, 0, 1), UPRIGHT],
  ["one dimension only", linear(1, 0, 0, 0), UPRIGHT],
  ["rounding errors", linear(0.00002, 1, -1, 0.00002), { rotation: 90, mirrored: false }],
  ["different scales", linear(0, -2, 1.5, 0), { rotation: 270, mirrored: false }],
];

for (const [what, matrix, orientation] of OTHER) {
  Deno.test(`getOrientation() of a matrix with ${what}`, () => {
    assertEquals(getOrientation(matrix), orientation);
  });
}

Deno.test("multiply() applies the first matrix first", () => {
  const turn = { ...linear(0, 1, -1, 0), x: 180 };
  const stretch = { ...linear(2, 0, 0, 1), y: 5 };
  assertEquals(multiply(turn, stretch), { ...linear(0, 1, -2, 0), x: 360, y: 5 });
  assertEquals(multiply(stretch, turn), { ...linear(0, 2, -1, 0), x: 175, y: 0 });
});

Deno.test("getScale() is of width and height before the rotation", () => {
  assertEquals(getScale(linear(0, 2, -1.5, 0)), [2, 1.5]);
  const [horizontal, vertical] = getScale(linear(0.6, 0.8, -0.8, 0.6));
  assertAlmostEquals(horizontal, 1);
  assertAlmostEquals(vertical, 1);
});
