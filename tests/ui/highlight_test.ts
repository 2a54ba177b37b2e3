import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { highlight } from "../../lib/ui/highlight.js";

const GOLDEN = fromFileUrl(new URL("../../testdata/golden/", import.meta.url));

const kinds: [text: string, kinds: string][] = [
  ["", ""],
  ["WEBVTT\n", "plain"],
  ["<a/>", "tag"],
  [`<a b="c">d</a>`, "tag plain name plain value tag plain tag"],
  ["<!-- <a> -->", "comment"],
  ["#EXTM3U\n", "tag"],
  ["#EXTM3U\nsegment.m4s", "tag url"],
  [`#EXTM3U\n#EXT-X-MAP:URI="a,b"`, "tag plain name plain value"],
  ["#EXTM3U\n# hello", "tag comment"],
];

for (const [text, expected] of kinds) {
  Deno.test(`highlight() finds ${expected || "nothing"} in ${JSON.stringify(text)}`, () => {
    assertEquals(highlight(text).map(({ kind }) => kind).join(" "), expected);
  });
}

const MALFORMED = [
  '<a b="c',
  "<<<>>>",
  "<!-- open",
  "<a b='x' c=y <d>",
  '#EXTM3U\n#EXT-X:A="open\n#EXT\n\n\r\nx',
  "<script>alert(1)</script>",
];

for (const text of MALFORMED) {
  Deno.test(`highlight() loses nothing of ${JSON.stringify(text)}`, () => {
    assertEquals(highlight(text).map(({ text }) => text).join(""), text);
  });
}

for (const { name } of Deno.readDirSync(GOLDEN)) {
  if (name.endsWith(".json")) continue;
  Deno.test(`highlight() loses nothing of ${name}`, async () => {
    const text = await Deno.readTextFile(GOLDEN + name);
    const tokens = highlight(text);
    assertEquals(tokens.map(({ text }) => text).join(""), text);
    assertEquals(tokens.length > 3, true);
  });
}

Deno.test("highlight() runs in linear time", () => {
  const bad = "<" + " a=".repeat(100_000) + '"'.repeat(9) + "#EXT,".repeat(100_000);
  assertEquals(highlight(bad).map(({ text }) => text).join("").length, bad.length);
});
