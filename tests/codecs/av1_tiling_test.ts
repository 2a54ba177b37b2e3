import { assertEquals } from "@std/assert";
import { BitReader } from "../../lib/bits.ts";
import { readAv1Tiling, readNonSymmetric } from "../../lib/codecs/av1_tiling.ts";
import { bytesOf } from "./entry.ts";

type Case = [
  what: string,
  size: [width: number, height: number, has128: boolean],
  bits: string,
  expected: [tiles: number, indexBits: number, sizeBytes: number],
];

const tilings: Case[] = [
  ["one superblock", [64, 64, false], "1", [1, 0, 0]],
  ["one of several tiles", [320, 180, false], "1" + "0" + "0", [1, 0, 0]],
  ["two columns", [320, 180, false], "1" + "10" + "0" + "0" + "11", [2, 1, 4]],
  [
    "columns up to the maximum, three of which are wide enough",
    [320, 64, false],
    "1" + "111" + "000" + "01",
    [5, 3, 2],
  ],
  ["four columns of two superblocks that make three", [320, 64, false], "1" + "110" + "00" + "00", [
    3,
    2,
    1,
  ]],
  ["two rows of superblocks of 128", [128, 256, true], "1" + "1" + "0" + "00", [2, 1, 1]],
  ["at least two columns", [4160, 64, false], "1" + "0" + "0" + "00", [2, 1, 1]],
  ["at least four tiles", [4096, 4352, false], "1" + "0" + "0" + "0" + "00", [2, 1, 1]],
  ["a column of 2 and one of 3 superblocks", [320, 64, false], "0" + "01" + "11" + "0" + "00", [
    2,
    1,
    1,
  ]],
];

for (const [what, [width, height, has128], bits, [tiles, indexBits, sizeBytes]] of tilings) {
  Deno.test(`readAv1Tiling() reads ${what}`, () => {
    const r = new BitReader(bytesOf(bits));
    assertEquals(readAv1Tiling(r, { width, height }, has128), { tiles, indexBits, sizeBytes });
    assertEquals(r.position, bits.length);
  });
}

Deno.test("readNonSymmetric() reads each value below a count", () => {
  const codes: [count: number, codes: string[]][] = [
    [1, [""]],
    [2, ["0", "1"]],
    [3, ["0", "10", "11"]],
    [5, ["00", "01", "10", "110", "111"]],
  ];
  for (const [count, list] of codes) {
    const values = list.map((code) => readNonSymmetric(new BitReader(bytesOf(code)), count));
    assertEquals(values, list.map((_, i) => i));
  }
});
