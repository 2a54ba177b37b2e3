import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { getFragmentSample, readFragment } from "../../../lib/verify/readers/fragment.ts";
import { ascii, box, concat, fullBox, type Part, u32 } from "../../mp4/movie_file.ts";

const DEFAULTS = { description: 1, duration: 10, size: 2, flags: 7 };

/** default-base-is-moof, without default values. */
const TFHD = fullBox("tfhd", 0, 0x020000, u32(1));

/** moof with one run of two samples, whose sizes are in trun, and an mdat. */
function fragment(dataOffset: number, ...more: Part[]): Uint8Array {
  const trun = fullBox("trun", 0, 0x201, u32(2), u32(dataOffset), u32(3), u32(1));
  const traf = box("traf", TFHD, fullBox("tfdt", 0, 0, u32(40)), trun);
  const moof = box("moof", fullBox("mfhd", 0, 0, u32(9)), traf);
  return concat(moof, box("mdat", ascii("abcd")), more);
}

const SIZE = fragment(0).length - 12;

Deno.test("readFragment() reads samples with the defaults of trex", () => {
  const bytes = fragment(SIZE + 8);
  const { boxes, sequence, trafs, samples, unusedBytes } = readFragment(bytes, DEFAULTS);
  assertEquals([boxes, sequence, unusedBytes], [["moof", "mdat"], 9, 0]);
  assertEquals([trafs[0]!.trackId, trafs[0]!.time, trafs[0]!.baseIsMoof], [1, 40, true]);
  assertEquals([...samples.durations, ...samples.flags], [10, 10, 7, 7]);
  const texts = [0, 1].map((i) => new TextDecoder().decode(getFragmentSample(bytes, samples, i)));
  assertEquals(texts, ["abc", "d"]);
});

const invalid: [what: string, bytes: Uint8Array, message: string][] = [
  ["a sample outside of the mdat", fragment(SIZE + 7), "Cannot find sample 1 at bytes"],
  ["a truncated box", fragment(SIZE + 8).subarray(0, -1), "Cannot read mdat of 4 bytes"],
  ["two mdats", fragment(SIZE + 8, box("mdat")), "Cannot read more than one mdat"],
  ["no moof", box("mdat"), "Cannot find moof"],
];

for (const [what, bytes, message] of invalid) {
  Deno.test(`readFragment() refuses ${what}`, () => {
    assertThrows(() => readFragment(bytes, DEFAULTS), MediaError, message);
  });
}
