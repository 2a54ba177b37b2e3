import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { readPat, readPmt } from "../../../lib/verify/readers/psi.ts";
import { hex } from "../../codecs/entry.ts";

/** Tables as FFmpeg writes them, after pointer_field, with their CRCs. */
const PAT = "00  00 b00d 0001 c1 00 00  0001 f000  2ab104b2";
const PMT = `00  02 b017 0001 c1 00 00  e100 f000
  1b e100 f000
  0f e101 f000  2f44b99b`;

Deno.test("readPat() reads the PID of the program map", () => {
  assertEquals(readPat(hex(`${PAT} ffff`)), 0x1000);
});

Deno.test("readPat() skips the bytes before a section", () => {
  assertEquals(readPat(hex(PAT.replace("00", "02 abcd"))), 0x1000); // pointer_field
});

Deno.test("readPmt() reads the streams in order", () => {
  const descriptors = new Uint8Array();
  assertEquals(readPmt(hex(PMT)), {
    pcrPid: 0x100,
    streams: [{ pid: 0x100, streamType: 0x1B, descriptors }, {
      pid: 0x101,
      streamType: 0x0F,
      descriptors,
    }],
  });
});

Deno.test("readPmt() reads descriptors of streams, and skips those of the program", () => {
  const section = `00  02 b01c 0001 c1 00 00  e100 f004 05 02 4142
    81 e101 f006 05 04 41432d33  06a758a6`;
  const { streams } = readPmt(hex(section));
  assertEquals(streams, [{ pid: 0x101, streamType: 0x81, descriptors: hex("05 04 41432d33") }]);
});

const invalid: [what: string, read: (payload: Uint8Array) => unknown, bytes: string, string][] = [
  ["no byte", readPat, "", "Cannot read a truncated table"],
  ["a pointer_field beyond the packet", readPat, `f0 ${PAT}`, "Cannot read a truncated table"],
  ["a truncated PAT", readPat, PAT.slice(0, -2), "Cannot read a truncated table"],
  ["a section without a CRC", readPat, "00 00 b008 0001 c1 00 00 000000", "truncated table"],
  ["a PMT as a PAT", readPat, PMT, "Cannot read table_id 2, expected 0"],
  ["a PAT as a PMT", readPmt, PAT, "Cannot read table_id 0, expected 2"],
  ["a changed PID", readPat, PAT.replace("f000", "f001"), "table_id 0: its CRC is wrong"],
  ["a changed stream_type", readPmt, PMT.replace("1b", "24"), "table_id 2: its CRC is wrong"],
  [
    "a PAT of two programs",
    readPat,
    "00  00 b011 0001 c1 00 00  0001 f000 0002 f001  20827a4d",
    "Cannot read a PAT with other than one program",
  ],
];

for (const [what, read, bytes, message] of invalid) {
  Deno.test(`${read.name}() rejects ${what}`, () => {
    assertThrows(() => read(hex(bytes)), MediaError, message);
  });
}
