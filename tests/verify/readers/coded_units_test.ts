import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import type { SampleEntry } from "../../../lib/mp4/sample_entry.ts";
import { createUnitSplitter } from "../../../lib/verify/readers/coded_units.ts";
import { hex } from "../../codecs/entry.ts";

const AVCC = "01640015 ff e0 00";
const HVCC = `${"00".repeat(21)} 03 00`;

function entry(type: string, body: string): SampleEntry {
  return { boxes: new Map([[type, hex(body)]]) } as unknown as SampleEntry;
}

function split(type: string, body: string, sample: string): (number | undefined)[][] {
  return createUnitSplitter(entry(type, body))!.split(hex(sample))
    .map(({ start, end, minHeader }) => [start, end, minHeader]);
}

const SAMPLES: [what: string, type: string, body: string, sample: string, units: unknown][] = [
  [
    "slices and other NAL units of AVC",
    "avcC",
    AVCC,
    "00000002 0910 00000003 658888 00000003 419a00 00000001 06",
    [[4, 6, undefined], [10, 13, 2], [17, 20, 2], [24, 25, undefined]],
  ],
  [
    "slices and other NAL units of HEVC",
    "hvcC",
    HVCC,
    "00000003 460150 00000004 26010000 00000004 02010000",
    [[4, 7, undefined], [11, 15, 3], [19, 23, 3]],
  ],
  [
    "OBUs",
    "av1C",
    "81000c00",
    "1200 0a03 aabbcc 3204 00112233 2201 ff 2c 00 aa",
    [[2, 2, undefined], [4, 7, undefined], [9, 13, 1], [15, 16, 0], [18, 19, undefined]],
  ],
  ["a last OBU without a size", "av1C", "81000c00", "30 001122", [[1, 4, 1]]],
  ["a frame of VP9", "vpcC", "01", "82 498342 00", [[0, 5, 2]]],
  ["a frame of VP9 that is shown again", "vpcC", "01", "88", [[0, 1, undefined]]],
  ["one of profile 3", "vpcC", "01", "b4", [[0, 1, undefined]]],
  ["a superframe", "vpcC", "01", "8249 8649ff c1 02 03 c1", [[0, 2, 2], [2, 5, 2]]],
  ["an empty sample", "vpcC", "01", "", []],
];

for (const [what, type, body, sample, units] of SAMPLES) {
  Deno.test(`createUnitSplitter() splits ${what}`, () => {
    assertEquals<unknown>(split(type, body, sample), units);
  });
}

const BROKEN: [what: string, type: string, body: string, sample: string][] = [
  ["a NAL unit", "avcC", AVCC, "00000005 6588"],
  ["an OBU", "av1C", "81000c00", "3205 00"],
  ["a frame of a superframe", "vpcC", "01", "82 c1 02 09 c1"],
];

for (const [what, type, body, sample] of BROKEN) {
  Deno.test(`createUnitSplitter() rejects ${what} that exceeds the sample`, () => {
    assertThrows(() => split(type, body, sample), MediaError, "Cannot read a unit up to byte");
  });
}

Deno.test("createUnitSplitter() knows no units of other codecs", () => {
  assertEquals(createUnitSplitter(entry("esds", "00")), undefined);
});
