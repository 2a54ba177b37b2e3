import { assertEquals } from "@std/assert";
import { findBoxes, listBoxes, readText } from "../../../lib/verify/readers/boxes.ts";
import { hex } from "../../codecs/entry.ts";

const FREE = "00000008 66726565";
const LARGE = "00000001 6d646174 0000000000000012 abcd";
const NESTED = `00000018 7472616b 00000010 6d646961 ${FREE}`;

Deno.test("listBoxes() reads sizes of 32 and of 64 bits, and one to the end", () => {
  const found = listBoxes(hex(`${FREE} ${LARGE} 00000000 736b6970 0102`));
  assertEquals(found.map(({ type, body }) => [type, body.toHex()]), [
    ["free", ""],
    ["mdat", "abcd"],
    ["skip", "0102"],
  ]);
});

const ends: [what: string, bytes: string][] = [
  ["a size smaller than the header", "00000004 66726565"],
  ["a size larger than the rest", "00000010 66726565"],
  ["a truncated size of 64 bits", "00000001 66726565"],
  ["a terminator of 32 bits", "00000000"],
];

for (const [what, bytes] of ends) {
  Deno.test(`listBoxes() stops at ${what}`, () => {
    assertEquals(listBoxes(hex(`${FREE} ${bytes}`)).map(({ type }) => type), ["free"]);
  });
}

Deno.test("findBoxes() returns all boxes at a path", () => {
  const found = findBoxes(hex(NESTED + NESTED), "trak", "mdia");
  assertEquals(found.map((body) => body.toHex()), Array(2).fill("0000000866726565"));
  assertEquals(findBoxes(hex(NESTED), "trak", "minf"), []);
});

Deno.test("readText() ends at a NUL or at the end", () => {
  assertEquals([readText(hex("00 6162 00 63"), 1), readText(hex("00 6162"), 1)], ["ab", "ab"]);
});
