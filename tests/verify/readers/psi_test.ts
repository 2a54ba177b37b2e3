import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { readPat, readPmt } from "../../../lib/verify/readers/psi.ts";

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(" ", ""));

/** Sections as ffmpeg writes them, after pointer_field. */
const PAT = hex("00 00b00d 0001 c1 0000 0001 f000 2ab104b2");
const PMT = hex("00 02b017 0001 c1 0000 e100 f000 1b e100 f000 0f e101 f000 2f44b99b");

Deno.test("readPat() returns the PID of the program map", () => {
  assertEquals(readPat(PAT), 0x1000);
});

Deno.test("readPmt() reads PCR_PID and streams", () => {
  const none = new Uint8Array();
  assertEquals(readPmt(PMT), {
    pcrPid: 0x100,
    streams: [
      { pid: 0x100, type: 0x1B, descriptors: none },
      { pid: 0x101, type: 0x0F, descriptors: none },
    ],
  });
});

const invalid: [what: string, read: () => unknown, message: string][] = [
  ["a wrong CRC", () => readPat(PAT.with(9, 1)), "Cannot read table_id 0: its CRC is wrong"],
  ["another table", () => readPmt(PAT), "Cannot read table_id 0, expected 2"],
  ["a truncated table", () => readPmt(PMT.subarray(0, -1)), "Cannot read a truncated table"],
  ["an empty payload", () => readPat(new Uint8Array()), "Cannot read a truncated table"],
];

for (const [what, read, message] of invalid) {
  Deno.test(`readPat() and readPmt() refuse ${what}`, () => {
    assertThrows(read, MediaError, message);
  });
}
