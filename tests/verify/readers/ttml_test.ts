import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { readTtml, toPlainText } from "../../../lib/verify/readers/ttml.ts";

const encode = (text: string) => new TextEncoder().encode(text);

Deno.test("readTtml() reads times and text of paragraphs", () => {
  const document =
    '<tt xmlns="x"><p begin="00:00:01.500" end="01:00:00.000"><span>a &amp; b</span><br/>c</p></tt>';
  assertEquals(readTtml(encode(document)), [{ begin: 1500, end: 3_600_000, text: "a & b\nc" }]);
});

for (
  const [document, message] of [
    ["<html/>", "Cannot find the element tt"],
    ['<tt><p begin="1s" end="00:00:01.000">a</p></tt>', "Cannot read begin of a paragraph"],
  ] as const
) {
  Deno.test(`readTtml() refuses ${document}`, () => {
    assertThrows(() => readTtml(encode(document)), MediaError, message);
  });
}

const texts: [markup: string, text: string][] = [
  ["<i>a</i> <c.red>b", "a b"],
  [" a \n b ", "a\nb"],
  ["&lt;&gt;&quot;&apos;&nbsp;x", "<>\"'\u00A0x"],
  ["&#65;&#x42;&unknown;", "AB&unknown;"],
  ["&#x110000;", "&#x110000;"],
];

for (const [markup, text] of texts) {
  Deno.test(`toPlainText() converts ${JSON.stringify(markup)}`, () => {
    assertEquals(toPlainText(markup), text);
  });
}
