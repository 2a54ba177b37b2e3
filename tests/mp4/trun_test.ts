import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader } from "../../lib/bytes.ts";
import { MediaError } from "../../lib/errors.ts";
import { getColumnOffsets, readMoof, readTfdt, readTfhd, readTrun } from "../../lib/mp4/trun.ts";
import { box, fullBox, type Part, u32, u64 } from "./movie_file.ts";

const body = (bytes: Uint8Array) => new ByteReader(bytes.subarray(8));

Deno.test("readTfhd() reads a track_ID alone", () => {
  assertEquals(readTfhd(body(fullBox("tfhd", 0, 0, u32(3)))), {
    trackId: 3,
    baseDataOffset: undefined,
    defaultBaseIsMoof: false,
    descriptionIndex: undefined,
    duration: undefined,
    size: undefined,
    flags: undefined,
  });
});

Deno.test("readTfhd() reads every field", () => {
  const bytes = fullBox("tfhd", 0, 0x2003b, u32(3), u64(2 ** 40), u32(2, 1024, 400, 0x2000000));
  assertEquals(readTfhd(body(bytes)), {
    trackId: 3,
    baseDataOffset: 2 ** 40,
    defaultBaseIsMoof: true,
    descriptionIndex: 2,
    duration: 1024,
    size: 400,
    flags: 0x2000000,
  });
});

for (const [version, time] of [[0, 0], [0, 2 ** 32 - 1], [1, 2 ** 32], [1, 2 ** 53 - 1]] as const) {
  Deno.test(`readTfdt() reads the time ${time} of version ${version}`, () => {
    const field = version === 1 ? u64(time) : u32(time);
    assertEquals(readTfdt(body(fullBox("tfdt", version, 0, field))), time);
  });
}

Deno.test("readTrun() reads every field", () => {
  const bytes = fullBox("trun", 1, 0xf05, u32(1, -8, 0x2000000), u32(1, 2, 3, -4));
  assertEquals(readTrun(body(bytes)), {
    count: 1,
    dataOffset: -8,
    firstFlags: 0x2000000,
    columns: 0xf00,
    rows: u32(1, 2, 3, -4),
  });
});

Deno.test("getColumnOffsets() counts only present columns", () => {
  assertEquals(getColumnOffsets(0xf00), [0, 4, 8, 12]);
  assertEquals(getColumnOffsets(0xa00), [-1, 0, -1, 4]);
  assertEquals(getColumnOffsets(0), [-1, -1, -1, -1]);
});

const INVALID: [what: string, moof: Part, message: string][] = [
  ["a traf without tfhd", box("traf"), "traf: Cannot find a tfhd box"],
  ["a tfdt of version 2", box("traf", fullBox("tfdt", 2, 0)), "traf/tfdt: Cannot read version 2"],
  [
    "a tfdt past 2^53",
    box("traf", fullBox("tfdt", 1, 0, u32(2 ** 31, 0))),
    "traf/tfdt: Cannot repr",
  ],
  [
    "a truncated tfhd",
    box("traf", fullBox("tfhd", 0, 0x38, u32(1))),
    "traf/tfhd: Cannot read",
  ],
  [
    "more rows than bytes",
    box("traf", fullBox("trun", 0, 0x200, u32(2 ** 32 - 1, 7))),
    "traf/trun: Cannot read 4294967295 entries where 4 bytes are left",
  ],
  ["a traf past the end", [u32(50), box("traf").subarray(4)], "traf: Cannot read 42 bytes where 0"],
];

for (const [what, moof, message] of INVALID) {
  Deno.test(`readMoof() rejects ${what}`, () => {
    const bytes = box("moof", moof);
    assertThrows(() => readMoof(body(bytes)), MediaError, message);
  });
}
