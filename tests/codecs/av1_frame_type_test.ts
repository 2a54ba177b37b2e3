import { assertEquals } from "@std/assert";
import { getAv1FrameType } from "../../lib/codecs/av1_frame_type.ts";
import type { FrameType } from "../../lib/codecs/codec.ts";

/** OBU with obu_has_size_field. */
const obu = (type: number, ...body: number[]) => [type << 3 | 2, body.length, ...body];

const DELIMITER = obu(2);
const SEQUENCE = obu(1, 0b000_0_0_000, 0);
const REDUCED = obu(1, 0b000_1_1_000, 0);
/** show_existing_frame, frame_type, show_frame. */
const frame = (bits: number) => obu(6, bits << 4);

const UNITS: [what: string, bytes: number[], expected: FrameType | undefined][] = [
  ["a key frame", [...DELIMITER, ...SEQUENCE, ...frame(0b0001)], "key"],
  ["a key frame that is not shown", [...SEQUENCE, ...frame(0b0000)], "intra"],
  ["an inter frame", [...DELIMITER, ...frame(0b0011)], "inter"],
  ["an intra-only frame", frame(0b0101), "intra"],
  ["a switch frame", frame(0b0111), "inter"],
  ["a frame shown again", frame(0b1000), "inter"],
  ["a frame header of its own", obu(3, 0b0001_0000), "key"],
  ["a still picture", [...REDUCED, ...frame(0b0011)], "key"],
  ["a unit without a size", [6 << 3, 0b0001_0000], "key"],
  ["metadata that exceed the bytes", [5 << 3 | 2, 100, 0], undefined],
  ["a truncated header", [6 << 3 | 2], undefined],
  ["nothing", [], undefined],
];

for (const [what, bytes, expected] of UNITS) {
  Deno.test(`getAv1FrameType() returns ${expected} for ${what}`, () => {
    assertEquals(getAv1FrameType(Uint8Array.from(bytes)), expected);
  });
}
