import { assertEquals, assertThrows } from "@std/assert";
import { readVp9Superframe } from "../../lib/codecs/vp9_superframe.ts";
import { MediaError } from "../../lib/errors.ts";
import { hex } from "./entry.ts";

const samples: [what: string, bytes: string, frames: [number, number][]][] = [
  ["a frame", "82 00 00", [[0, 3]]],
  ["two frames", "82 00 86 c1 02 01 c1", [[0, 2], [2, 3]]],
  ["sizes of 2 bytes", "82 00 86 c9 0200 0100 c9", [[0, 2], [2, 3]]],
  ["a frame of 0 bytes", "82 00 c1 02 00 c1", [[0, 2]]],
  ["one frame with an index", "82 00 c0 02 c0", [[0, 2]]],
  ["bytes between the frames and the index", "82 00 ff c0 02 c0", [[0, 2]]],
  ["a last byte that is no marker, without its like", "82 00 02 01 c1", [[0, 5]]],
  ["a marker in a short frame", "c1", [[0, 1]]],
  ["nothing", "", []],
];

for (const [what, bytes, frames] of samples) {
  Deno.test(`readVp9Superframe() finds the frames of ${what}`, () => {
    assertEquals(readVp9Superframe(hex(bytes)).map(({ start, end }) => [start, end]), frames);
  });
}

Deno.test("readVp9Superframe() rejects frames that exceed the superframe", () => {
  const message = "Cannot read a frame of 2 bytes where 1 are left";
  assertThrows(() => readVp9Superframe(hex("82 00 86 c1 02 02 c1")), MediaError, message);
});
