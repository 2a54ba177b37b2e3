import { assertEquals } from "@std/assert";
import { removeComments } from "../../lib/subtitles/comments.ts";

const texts: [text: string, without: string][] = [
  ["", ""],
  ["a", "a"],
  ["a/*b*/c", "a_c"],
  ["/*a*/b/*c*/", "_b_"],
  ["/*a/*b*/c*/", "_c*/"],
  ["/*/a*/b", "_b"],
  ["a/*b", "a/*b"],
  ["a/*b*/c/*d", "a_c/*d"],
];

for (const [text, without] of texts) {
  Deno.test(`removeComments() turns "${text}" into "${without}"`, () => {
    const syntax = { start: "/*", end: "*/", replacement: "_" };
    assertEquals(removeComments(text, syntax), without);
  });
}
