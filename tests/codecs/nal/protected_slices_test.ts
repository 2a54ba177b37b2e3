import { assertEquals, assertThrows } from "@std/assert";
import {
  ceilLog2,
  createSliceFinder,
  requireParameterSet,
} from "../../../lib/codecs/nal/protected_slices.ts";
import { UnitCounter } from "../../../lib/codecs/unit_counter.ts";
import { MediaError } from "../../../lib/errors.ts";
import { hex } from "../entry.ts";

/** The first byte is the size of the header; 0 for NAL units without slice. */
const measure = (nal: Uint8Array) => nal[0] || undefined;

const samples: [what: string, lengthSize: number, bytes: string, ranges: [number, number][]][] = [
  ["one slice", 4, "00000004 02ffffff", [[6, 8]]],
  ["NAL units without a slice", 4, "00000002 0009  00000003 01ffff  00000001 00", [[11, 13]]],
  ["a slice of only a header", 4, "00000002 02ff", []],
  ["empty NAL units", 4, "00000000 00000002 01ff 00000000", [[9, 10]]],
  ["lengths of 2 bytes", 2, "0002 01ff 0002 01aa", [[3, 4], [7, 8]]],
  ["lengths of 1 byte", 1, "0201ff", [[2, 3]]],
  ["bytes after the last NAL unit", 4, "00000002 01ff 000000", [[5, 6]]],
  ["nothing", 4, "", []],
];

for (const [what, lengthSize, bytes, ranges] of samples) {
  Deno.test(`createSliceFinder() finds the slices of ${what}`, () => {
    const find = createSliceFinder(lengthSize, measure);
    assertEquals(find(hex(bytes)).map(({ start, end }) => [start, end]), ranges);
  });
}

Deno.test("createSliceFinder() rejects a NAL unit that exceeds the sample", () => {
  const find = createSliceFinder(4, measure);
  const message = "Cannot read a NAL unit of 5 bytes where 4 are left";
  assertThrows(() => find(hex("00000005 01ffffff")), MediaError, message);
});

Deno.test("createSliceFinder() reads a bounded number of NAL units, except empty ones", () => {
  const find = createSliceFinder(1, measure, new UnitCounter(3));
  const sample = hex("00 00 01ff 00 01ff");
  assertEquals(find(sample).length, 0);
  const message = "Cannot protect a segment of more than 3 NAL units";
  assertThrows(() => find(sample), MediaError, message);
});

Deno.test("requireParameterSet() names the absent set", () => {
  const find = () => requireParameterSet(new Map(), 3, "PPS");
  assertThrows(find, MediaError, "Cannot read a slice header: PPS 3 is missing");
});

Deno.test("ceilLog2() counts the bits of an index", () => {
  assertEquals([0, 1, 2, 3, 4, 5, 64, 65].map(ceilLog2), [0, 0, 1, 2, 2, 3, 6, 7]);
});
