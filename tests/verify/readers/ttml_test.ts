import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { readTtml, stripMarkup } from "../../../lib/verify/readers/ttml.ts";
import { ascii } from "../../mp4/movie_file.ts";

const HEADER = '<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml"><body><div>';

Deno.test("readTtml() reads the times and lines of paragraphs", () => {
  const document = ascii(`${HEADER}
    <p2:meta/><p begin="00:00:01.500" end="00:01:02.003">One<br/><span tts:color="red">two &amp; 3</span></p>
    <p region="a" end="101:00:00.000" begin="100:59:59.999">
    </p></div></body></tt>`);
  assertEquals(readTtml(document), [
    { begin: 1500, end: 62_003, text: "One\ntwo & 3" },
    { begin: 363_599_999, end: 363_600_000, text: "\n" },
  ]);
});

Deno.test("readTtml() finds no paragraph in an empty document", () => {
  assertEquals(readTtml(ascii(`${HEADER}</div></body></tt>`)), []);
});

const invalid: [document: string, message: string][] = [
  ["<ttml><p></p></ttml>", "Cannot find the element tt"],
  ["<tt><p>text</p></tt>", "Cannot read begin of a paragraph"],
  ['<tt><p xbegin="00:00:01.500" end="00:00:02.000"></p></tt>', "Cannot read begin"],
  ['<tt><p begin="00:00:01.5" end="00:00:02.000"></p></tt>', "Cannot read begin"], // 1.5 could be 1.005
  ['<tt><p begin="00:00:01.500" end="2s"></p></tt>', "Cannot read end of a paragraph"],
];

for (const [document, message] of invalid) {
  Deno.test(`readTtml() rejects ${document}`, () => {
    assertThrows(() => readTtml(ascii(document)), MediaError, message);
  });
}

const markup: [markup: string, text: string][] = [
  ["<v Roger Bingham>We are <i>in</i> <c.yellow>New</c> York", "We are in New York"],
  ["a <00:19.000>b", "a b"],
  ["1 &lt; 2 &gt; 0 &quot;&apos;&nbsp;x&lrm;", "1 < 2 > 0 \"'\u00A0x\u200E"],
  ["&#65;&#x1F600;&#x110000;&unknown;&amp", "A😀&#x110000;&unknown;&amp"],
  ["&amp;lt;", "&lt;"], // replaced once
  ["  a  \n b\t", "a\nb"],
  ["a <unclosed", "a"],
];

for (const [from, text] of markup) {
  Deno.test(`stripMarkup() of ${JSON.stringify(from)}`, () => {
    assertEquals(stripMarkup(from), text);
  });
}
