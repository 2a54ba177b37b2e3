import { assertEquals, assertThrows } from "@std/assert";
import { BitReader } from "../../../lib/bits.ts";
import {
  type HevcReferenceSet,
  readHevcReferenceSet,
} from "../../../lib/codecs/nal/hevc_reference_set.ts";
import { MediaError } from "../../../lib/errors.ts";
import { bytesOf, ue } from "../entry.ts";

/** Deltas, in parentheses unless the current picture uses them. */
function format({ before, after }: HevcReferenceSet): string {
  return [...before, ...after].map(({ delta, isUsed }) => isUsed ? `${delta}` : `(${delta})`).join(
    " ",
  );
}

/** Reads a set behind the set -1 -3 (2). */
function read(bits: string, isInSlice = false): string {
  const first = ue(2, 1) + (ue(0) + "1") + (ue(1) + "1") + (ue(1) + "0");
  const r = new BitReader(bytesOf(first + bits + "1".repeat(16)));
  const sets = [readHevcReferenceSet(r, [])];
  return format(readHevcReferenceSet(r, sets, isInSlice));
}

const sets: [what: string, bits: string, isInSlice: boolean, expected: string][] = [
  [
    "an explicit set",
    "0" + ue(1, 2) + (ue(3) + "0") + (ue(0) + "1") + (ue(0) + "1"),
    false,
    "(-4) 1 2",
  ],
  ["an empty set", "0" + ue(0, 0), false, ""],
  [
    "all pictures and the current one, one later",
    "1" + "1" + ue(0) + "1".repeat(4),
    false,
    "-1 -2 -4 1",
  ],
  ["all pictures, two earlier", "1" + "0" + ue(1) + "1".repeat(4), false, "-1 1 2 4"],
  [
    "unused and excluded pictures",
    "1" + "1" + ue(0) + "01" + "00" + "1" + "01",
    false,
    "(-1) (-2) 1",
  ],
  ["a picture moved to the current one", "1" + "0" + ue(0) + "1" + "00" + "00" + "00", false, ""],
  ["a set in a slice", "1" + ue(0) + "1" + ue(0) + "1".repeat(4), true, "-1 -2 -4 1"],
];

for (const [what, bits, isInSlice, expected] of sets) {
  Deno.test(`readHevcReferenceSet() reads ${what}`, () => {
    assertEquals(read(bits, isInSlice), expected);
  });
}

Deno.test("readHevcReferenceSet() rejects absent sets and too many pictures", () => {
  const message = "Cannot predict from the reference picture set 2 before";
  assertThrows(() => read("1" + ue(1), true), MediaError, message);
  assertThrows(() => read("0" + ue(10, 7)), MediaError, "Cannot read 17 reference pictures");
});
