import { assertEquals } from "@std/assert";
import { EditedParts } from "../../../lib/mp4/samples/edited_parts.ts";

const TIMES = { start: 0, time: 0, syncFrom: 0 };
const [FIRST, SECOND] = [{ first: 3, end: 5, ...TIMES }, { first: 0, end: 4, ...TIMES }];
const PARTS = new EditedParts([FIRST, SECOND]);

Deno.test("EditedParts finds the part of a sample, and the sample of the file", () => {
  assertEquals([PARTS.count, PARTS.start(0), PARTS.start(1), PARTS.start(2)], [6, 0, 2, 6]);
  const indices = [0, 1, 2, 3, 4, 5];
  assertEquals(indices.map((index) => PARTS.find(index)), [0, 0, 1, 1, 1, 1]);
  assertEquals(indices.map((index) => PARTS.toFile(index)), [3, 4, 0, 1, 2, 3]);
});

Deno.test("EditedParts.pieces() divides a range of samples into parts", () => {
  assertEquals([...PARTS.pieces(1, 4)], [
    { part: FIRST, first: 1, end: 2, from: 4 },
    { part: SECOND, first: 2, end: 4, from: 0 },
  ]);
  assertEquals([...PARTS.pieces(3, 3)], []);
  assertEquals(PARTS.getPiece(3, 9), { part: SECOND, first: 3, end: 6, from: 1 });
});
