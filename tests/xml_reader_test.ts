import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../lib/errors.ts";
import { parseXml } from "../lib/xml_reader.ts";
import type { XmlNode } from "../lib/xml_reader.ts";

const mapPrefix = (namespace: string, prefix: string) => namespace || `?${prefix}`;

/** `name[attributes](children)` */
function format(node: XmlNode | string): string {
  if (typeof node === "string") return JSON.stringify(node);
  const attributes = [...node.attributes].map(([name, value]) => `${name}=${value}`).join(" ");
  return `${node.name}[${attributes}](${node.children.map(format).join(" ")})`;
}

const documents: [xml: string, tree: string][] = [
  ["<a/>", "a[]()"],
  ["\uFEFF<?xml version='1.0'?>\n<!-- c --><a/>\n<!-- d -->\n", "a[]()"],
  ["<a>x<b/>y<b>z</b></a>", `a[]("x" b[]() "y" b[]("z"))`],
  [`<a b="1" c='2"'/>`, `a[b=1 c=2"]()`],
  ["<a >x</a >", `a[]("x")`],
  [`<a\n\tb = "x\ny"\n/>`, "a[b=x y]()"],
  ["<a>&amp;&lt;&gt;&quot;&apos;&#65;&#x1F600;</a>", `a[](${JSON.stringify("&<>\"'A😀")})`],
  ["<a>&nbsp;&#0;&#x110000;</a>", `a[]("&nbsp;&#0;&#x110000;")`],
  ["<a><![CDATA[<b>&amp;]]></a>", `a[]("<b>&amp;")`],
  ["<a>x\r\ny\rz</a>", `a[]("x\\ny\\nz")`],
  [`<!DOCTYPE a [<!ENTITY e "<b>]>"><!ENTITY f '&e;&e;'>]><a>&f;</a>`, `a[]("&f;")`],
  [`<!DOCTYPE a PUBLIC "x" "y"><a/>`, "a[]()"],
  [`<a xmlns="n"><b/></a>`, "n:a[](n:b[]())"],
  [`<p:a xmlns:p="n" p:b="1" c="2"><b/></p:a>`, "n:a[n:b=1 c=2](b[]())"],
  [`<a xmlns="n"><b xmlns=""/></a>`, "n:a[](b[]())"],
  [`<a xmlns:p="n"><b xmlns:p="m"><p:c/></b><p:d/></a>`, "a[](b[](m:c[]()) n:d[]())"],
  [`<p:a q:b="1"/>`, "?p:a[?q:b=1]()"],
];

for (const [xml, tree] of documents) {
  Deno.test(`parseXml() reads ${JSON.stringify(xml)}`, () => {
    assertEquals(format(parseXml(xml, mapPrefix)), tree);
  });
}

const broken: [xml: string, line: number, why: string][] = [
  ["", 1, "the document has no element"],
  ["x<a/>", 1, "text is outside the root element"],
  ["<a>\n</b>", 2, "</b> does not match <a>"],
  ["</a>", 1, "</a> has no start tag"],
  ["<a>\n<b>", 2, "<b> of line 2 is not closed"],
  ["<a><b></a>", 1, "</a> does not match <b>"],
  ["<a b=1/>", 1, "a tag is malformed"],
  ["<a b='1/>", 1, "a tag is malformed"],
  ["<a b/>", 1, "a tag is malformed"],
  ["<a", 1, "a tag is malformed"],
  ["<", 1, '"<" does not start a tag'],
  ["<a><!-- ", 1, `"-->" is missing`],
  ["<a><![CDATA[x", 1, `"]]>" is missing`],
  ["<!DOCTYPE a [", 1, "the document type is not closed"],
  ["<a/><b/>", 1, "a second root element"],
  ["<a>".repeat(101), 1, "elements are nested more than 100 deep"],
  [
    `<a ${Array.from({ length: 101 }, (_, i) => `a${i}="1"`).join(" ")}/>`,
    1,
    "an element has more than 100 attributes",
  ],
  ["<a>" + "<b/>".repeat(2 ** 19) + "</a>", 1, "more than 524288 elements"],
  [
    "<a>" + `<b c="" d="" e="" f=""/>`.repeat(2 ** 18) + `<b c=""/></a>`,
    1,
    "the document has more than 1048576 attributes",
  ],
  [`<a xmlns="${"a".repeat(1001)}"/>`, 1, "a namespace has more than 1000 characters"],
];

for (const [xml, line, why] of broken) {
  Deno.test(`parseXml() rejects ${JSON.stringify(xml.slice(0, 40))}: ${why}`, () => {
    const message = assertThrows(() => parseXml(xml, mapPrefix), MediaError).message;
    assertEquals(message.startsWith(`Cannot read line ${line} as XML: `), true, message);
    assertEquals(message.includes(why), true, message);
  });
}
