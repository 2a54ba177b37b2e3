import { assertEquals } from "@std/assert";
import { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { type Matrix, readMatrix, writeMatrix } from "../../lib/mp4/matrix.ts";

const ROTATIONS: [rotation: Matrix["rotation"], x: number, y: number][] = [
  [0, 0, 0],
  [90, 180, 0],
  [180, 320, 180],
  [270, 0, 320],
];

for (const [rotation, x, y] of ROTATIONS) {
  Deno.test(`readMatrix() reads what writeMatrix() wrote: ${rotation} degrees`, () => {
    const w = new ByteWriter();
    writeMatrix(w, rotation, 320, 180);
    assertEquals(readMatrix(new ByteReader(w.finish())), { rotation, x, y });
  });
}
