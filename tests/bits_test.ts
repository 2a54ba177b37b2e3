import { assertEquals, assertThrows } from "@std/assert";
import { BitReader, BitWriter, removeEmulationPrevention } from "../lib/bits.ts";
import { MediaError } from "../lib/errors.ts";

/** Converts a bit string to bytes, padded with zeros. */
function bytes(bits: string): Uint8Array {
  const groups = bits.replaceAll(" ", "").match(/.{1,8}/g) ?? [];
  return new Uint8Array(groups.map((group) => parseInt(group.padEnd(8, "0"), 2)));
}

Deno.test("BitReader.bits() reads across bytes, up to 32", () => {
  const r = new BitReader(bytes("101 00001 11111111 11111111 11111111 11111111 0"));
  assertEquals([r.bits(3), r.bits(0), r.bits(5), r.bits(32), r.bit()], [5, 0, 1, 2 ** 32 - 1, 0]);
  assertEquals([r.position, r.left], [41, 7]);
});

Deno.test("BitReader.skip() advances the position", () => {
  const r = new BitReader(bytes("00000 111"));
  r.skip(5);
  assertEquals(r.bits(3), 7);
});

Deno.test("BitReader rejects reads past the end", () => {
  const r = new BitReader(bytes("11111111"));
  assertThrows(() => r.bits(9), MediaError, "Cannot read 9 bits where 8 are left");
  assertThrows(() => r.skip(9), MediaError, "Cannot skip 9 bits where 8 are left");
  assertThrows(() => new BitReader(bytes("00000000")).ue(), MediaError, "Cannot read 1 bits");
});

/** Codes of 14496-10 table 9-2 with their signed mapping (table 9-3). */
const CODES: [bits: string, unsigned: number, signed: number][] = [
  ["1", 0, 0],
  ["010", 1, 1],
  ["011", 2, -1],
  ["00100", 3, 2],
  ["00101", 4, -2],
  ["0001001", 8, -4],
  [`${"0".repeat(16)}1${"0".repeat(16)}`, 65535, 32768],
  [`${"0".repeat(31)}1${"1".repeat(31)}`, 2 ** 32 - 2, 1 - 2 ** 31],
];

for (const [code, unsigned, signed] of CODES) {
  Deno.test(`BitReader reads the Exp-Golomb code ${code}`, () => {
    assertEquals(new BitReader(bytes(code)).ue(), unsigned);
    assertEquals(new BitReader(bytes(code)).se(), signed);
  });
}

Deno.test("BitReader.ue() rejects an unterminated code", () => {
  const r = new BitReader(new Uint8Array(100));
  assertThrows(() => r.ue(), MediaError, "Cannot read an Exp-Golomb code longer than 63 bits");
});

const NALS: [what: string, nal: number[], out: number[]][] = [
  ["nothing", [], []],
  ["no prevention byte", [1, 0, 3, 0, 0], [1, 0, 3, 0, 0]],
  ["one", [0, 0, 3, 1], [0, 0, 1]],
  ["two in a row", [0, 0, 3, 0, 0, 3, 1], [0, 0, 0, 0, 1]],
  ["one that escapes a 3", [0, 0, 3, 3], [0, 0, 3]],
  ["one at the end", [5, 0, 0, 3], [5, 0, 0]],
  ["one after three zeros", [0, 0, 0, 3, 1], [0, 0, 0, 1]],
];

for (const [what, nal, out] of NALS) {
  Deno.test(`removeEmulationPrevention() removes ${what}`, () => {
    assertEquals([...removeEmulationPrevention(new Uint8Array(nal))], out);
  });
}

Deno.test("BitWriter writes what BitReader reads, and pads with zeros", () => {
  const w = new BitWriter();
  const values = [[5, 3], [0, 0], [1, 5], [2 ** 32 - 1, 32], [0, 1], [0x548, 11]] as const;
  for (const [value, count] of values) w.bits(value, count);
  const written = w.finish();
  const r = new BitReader(written);
  for (const [value, count] of values) assertEquals(r.bits(count), value);
  assertEquals([written.length, r.bits(r.left)], [7, 0]);
});
