import { assertEquals } from "@std/assert";
import { findAv1Sequence } from "../../../lib/verify/readers/av1_sequence.ts";
import { UNKNOWN_COLOUR } from "../../../lib/verify/readers/video_usability.ts";
import { bytesOf } from "../../codecs/entry.ts";

/** Sequence header of 64 × 48 with the bits before and after its size, behind a temporal delimiter. */
function units(before: string, after: string): Uint8Array {
  const body = bytesOf(before + "0101" + "0101" + "111111" + "101111" + after + "1");
  return Uint8Array.of(0x12, 0, 0x0A, body.length, ...body);
}

const REDUCED = "000" + "1" + "1" + "00101";
const ONE_POINT = "0" + "00000" + "0".repeat(12) + "00101";
const TOOLS = "0" + "000" + "0000" + "0" + "1" + "1" + "000";

Deno.test("findAv1Sequence() reads a reduced header", () => {
  const sequence = findAv1Sequence(units(REDUCED, "000000" + "0000"));
  assertEquals(sequence, { width: 64, height: 48, colour: UNKNOWN_COLOUR });
});

Deno.test("findAv1Sequence() reads a decoder model, and colour", () => {
  const timing = "1" + "0".repeat(64) + "1" + "010" + "1" + "01001" + "0".repeat(42);
  const colour = "0" + "0" + "1" + "00001001" + "00010000" + "00001001" + "1";
  const header = units(
    "000" + "0" + "0" + timing + ONE_POINT + "1" + "0".repeat(21),
    TOOLS + colour,
  );
  assertEquals(findAv1Sequence(header), {
    width: 64,
    height: 48,
    colour: { primaries: 9, transfer: 16, matrix: 9, fullRange: true },
  });
});

Deno.test("findAv1Sequence() reads sRGB, whose range is full", () => {
  const colour = "0" + "0" + "1" + "00000001" + "00001101" + "00000000";
  const found = findAv1Sequence(units(REDUCED, "000000" + colour));
  assertEquals(found?.colour, { primaries: 1, transfer: 13, matrix: 0, fullRange: true });
});

Deno.test("findAv1Sequence() returns undefined without a header", () => {
  assertEquals(findAv1Sequence(Uint8Array.of(0x12, 0)), undefined);
});
