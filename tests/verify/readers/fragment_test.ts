import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { getFragmentSample, readFragment } from "../../../lib/verify/readers/fragment.ts";
import { hex } from "../../codecs/entry.ts";
import { ascii, box, concat, fullBox, type Part, u32, u64 } from "../../mp4/movie_file.ts";

const TREX = { descriptionIndex: 1, duration: 10, size: 2, flags: 0x1010000 };
const TFHD = fullBox("tfhd", 0, 0x20000, u32(3)); // default-base-is-moof
const MDAT = box("mdat", ascii("abcdefgh"));

function moof(...traf: Part[]): Uint8Array {
  return box("moof", fullBox("mfhd", 0, 0, u32(7)), box("traf", ...traf));
}

/** trun with a data offset, and columns of 32 bits. */
function trun(flags: number, count: number, offset: number, ...rows: number[]): Uint8Array {
  return fullBox("trun", 1, flags | 1, u32(count, offset, ...rows));
}

Deno.test("readFragment() reads all columns of a trun", () => {
  const rows = [[20, 3, 0x2000000, 5], [30, 4, 0x1010000, -5]];
  const traf = [TFHD, fullBox("tfdt", 1, 0, u64(2 ** 40)), trun(0xF00, 2, 128, ...rows.flat())];
  const bytes = concat(box("styp"), moof(...traf), MDAT); // the moof has 120 bytes
  const { boxTypes, sequenceNumber, trafs: [track], samples, unusedMdatBytes } = readFragment(
    bytes,
    TREX,
  );
  assertEquals([boxTypes, sequenceNumber, unusedMdatBytes], [["styp", "moof", "mdat"], 7, 1]);
  assertEquals([track!.trackId, track!.decodeTime, track!.baseIsMoof], [3, 2 ** 40, true]);
  const { durations, sizes, flags, compositionOffsets } = samples;
  const got = [0, 1].map((i) => [durations[i], sizes[i], flags[i], compositionOffsets[i]]);
  assertEquals(got, rows);
  assertEquals([...samples.byteOffsets], [136, 139]);
  assertEquals([0, 1].map((i) => getFragmentSample(bytes, samples, i)), ["abc", "defg"].map(ascii));
});

Deno.test("readFragment() uses the defaults of tfhd, then those of trex", () => {
  const tfhd = fullBox("tfhd", 0, 0x2000A, u32(3, 2, 40)); // description, duration
  const runs = [trun(4, 2, 108, 0x2000000), fullBox("trun", 0, 0x200, u32(1, 3))];
  const { samples, trafs: [track] } = readFragment(concat(moof(tfhd, ...runs), MDAT), TREX);
  assertEquals([...samples.durations], [40, 40, 40]);
  assertEquals([...samples.descriptions], [2, 2, 2]);
  assertEquals([...samples.sizes], [2, 2, 3]);
  assertEquals([...samples.flags], [0x2000000, 0x1010000, 0x1010000]); // first_sample_flags
  assertEquals([...samples.byteOffsets], [108, 110, 112]); // the second run follows the first
  assertEquals([track!.decodeTime, track!.tfxd, track!.sdtp], [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("readFragment() reads tfxd and sdtp of Smooth Streaming", () => {
  const uuid = hex("6d1d9b05 42d544e6 80e2141d aff757b2");
  const tfxd = box("uuid", uuid, u32(0x1000000), u64(2 ** 40, 2e7));
  const bytes = concat(moof(TFHD, trun(0, 0, 0), fullBox("sdtp", 0, 0, hex("2418")), tfxd), MDAT);
  const { trafs: [track] } = readFragment(bytes, TREX);
  assertEquals(track!.tfxd, { time: 2 ** 40, duration: 2e7 });
  assertEquals(track!.sdtp, hex("2418"));
});

const MOOF = moof(TFHD, trun(0, 4, 76));
const invalid: [what: string, bytes: Uint8Array, message: string][] = [
  ["no moof", MDAT, "Cannot find moof"],
  ["no mdat", MOOF, "Cannot find mdat"],
  ["two moofs", concat(MOOF, MOOF, MDAT), "Cannot read more than one moof"],
  ["a truncated mdat", concat(MOOF, MDAT).subarray(0, -1), "mdat of 8 bytes, expected at most 7"],
  ["a traf without tfhd", concat(moof(trun(0, 4, 76)), MDAT), "moof/traf: Cannot find a tfhd box"],
  [
    "a sample before the mdat",
    concat(moof(TFHD, trun(0, 4, 75)), MDAT),
    "mdat: Cannot find sample 1 at bytes 75 to 77, expected 76 to 84",
  ],
  [
    "a sample after the mdat",
    concat(moof(TFHD, trun(0, 5, 76)), MDAT),
    "sample 5 at bytes 84 to 86",
  ],
  [
    "more samples than rows",
    concat(moof(TFHD, trun(0x200, 9, 76, 1, 1)), MDAT),
    "moof/traf/trun: Cannot read 9 entries where 8 bytes are left",
  ],
  [
    "too many samples of size 0",
    concat(moof(TFHD, trun(0, 2 ** 24 + 1, 76)), MDAT),
    "moof: Cannot read 16777217 samples, expected at most 16777216",
  ],
];

for (const [what, bytes, message] of invalid) {
  Deno.test(`readFragment() rejects ${what}`, () => {
    assertThrows(() => readFragment(bytes, TREX), MediaError, message);
  });
}
