import { assertEquals } from "@std/assert";
import { readFragmentEncryption } from "../../../lib/verify/readers/fragment_encryption.ts";
import { hex } from "../../codecs/entry.ts";

const [IV0, IV1] = ["0000000000000007", "0000000000000008"];

/** Two samples of 8-byte IVs: 5 clear and 32 encrypted bytes, then two subsamples. */
const ENTRIES = `${IV0} 0001 0005 00000020 ${IV1} 0002 0005 00000010 0006 00000000`;

const PIFF = "a2394f525a9b4f14a2446c427c648df4";

function box(type: string, ...parts: readonly string[]): string {
  const body = parts.join("").replaceAll(/\s/g, "");
  const size = (8 + body.length / 2).toString(16).padStart(8, "0");
  return size + new TextEncoder().encode(type).toHex() + body;
}

const senc = (entries: string, { flags = "02", count = "00000002" } = {}) =>
  box("senc", `000000${flags} ${count}`, entries);

const SAIZ = box("saiz", "00000000 00 00000002 10 16");

/** Behind the headers of moof and traf, saiz, saio and the fields of senc. */
const saio = (offset: number) =>
  box("saio", "00000000 00000001", offset.toString(16).padStart(8, "0"));
const OFFSET = 8 + 8 + 19 + 20 + 16;

function segment(...boxes: readonly string[]): Uint8Array {
  return hex(box("styp", "6d736468") + box("moof", box("traf", ...boxes)));
}

Deno.test("readFragmentEncryption() reads senc with its auxiliary boxes", () => {
  const [traf] = readFragmentEncryption(segment(SAIZ, saio(OFFSET), senc(ENTRIES)), 8);
  assertEquals(traf!.boxTypes, ["saiz", "saio", "senc"]);
  assertEquals(traf!.problems, []);
  assertEquals(traf!.samples, [
    { iv: hex(IV0), subsamples: [{ clear: 5, encrypted: 32 }] },
    { iv: hex(IV1), subsamples: [{ clear: 5, encrypted: 16 }, { clear: 6, encrypted: 0 }] },
  ]);
});

Deno.test("readFragmentEncryption() reads the count of whole samples with a constant IV", () => {
  const [traf] = readFragmentEncryption(segment(senc("", { flags: "00" })), 0);
  const whole = { iv: hex(""), subsamples: undefined };
  assertEquals([traf!.problems, traf!.samples], [[], [whole, whole]]);
});

Deno.test("readFragmentEncryption() reads the box of Smooth Streaming", () => {
  const uuid = box("uuid", PIFF, "00000002 00000002", ENTRIES);
  const [traf] = readFragmentEncryption(segment(uuid), 8);
  assertEquals([traf!.boxTypes, traf!.problems, traf!.samples.length], [["piff"], [], 2]);
});

Deno.test("readFragmentEncryption() returns nothing without a moof", () => {
  assertEquals(readFragmentEncryption(hex(box("mdat")), 8), []);
});

const PROBLEMS: [what: string, boxes: string[], problem: string][] = [
  ["no senc", [SAIZ, saio(OFFSET)], "got 0 senc, expected 1"],
  ["two senc", [senc(ENTRIES), senc(ENTRIES)], "got 2 senc, expected 1"],
  [
    "a count beyond the entries",
    [SAIZ, saio(OFFSET), senc(ENTRIES, { count: "00000003" })],
    "senc is truncated, or has bytes after its last sample",
  ],
  [
    "a count of millions",
    [SAIZ, saio(OFFSET), senc(ENTRIES, { count: "ffffffff" })],
    "senc is truncated, or has bytes after its last sample",
  ],
  [
    "bytes behind the entries",
    [SAIZ, saio(OFFSET), senc(`${ENTRIES} 00`)],
    "senc is truncated, or has bytes after its last sample",
  ],
  ["no saiz", [saio(OFFSET), senc(ENTRIES)], "got 0 saiz and 1 saio, expected one each"],
  [
    "another number in saiz",
    [box("saiz", "00000000 10 00000003"), saio(OFFSET), senc(ENTRIES)],
    "saiz has 3 samples, expected 2",
  ],
  [
    "another size in saiz",
    [box("saiz", "00000000 10 00000002"), saio(OFFSET), senc(ENTRIES)],
    "saiz has 16 bytes for sample 2, expected 22",
  ],
  [
    "another offset in saio",
    [SAIZ, saio(OFFSET - 1), senc(ENTRIES)],
    `saio has offset ${OFFSET - 1}, which is not that of senc`,
  ],
  [
    "two offsets in saio",
    [SAIZ, box("saio", "00000000 00000002 00000000 00000000"), senc(ENTRIES)],
    "saio has not exactly one offset",
  ],
];

for (const [what, boxes, problem] of PROBLEMS) {
  Deno.test(`readFragmentEncryption() reports ${what}`, () => {
    assertEquals(readFragmentEncryption(segment(...boxes), 8)[0]!.problems[0], problem);
  });
}
