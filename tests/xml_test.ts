import { assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@libs/xml/parse";
import { runPlaceholder, xml, xmlChildren } from "../lib/xml.ts";

const HOSTILE = `<a b="c" d='e'>&amp; ]]> \u0000\u0008\uFFFE\uD800 \t\n\r é 🎬 \u202E "</a>`;

const FORBIDDEN = ["\u0000", "\u0008", "\uFFFE", "\uD800"];

Deno.test("xml() writes attributes that a parser reads back, without forbidden characters", () => {
  const document = parse(
    xml({ root: { "@value": HOSTILE, child: { "#text": "a" } } }),
  ) as unknown as {
    root: Record<string, string>;
  };
  const allowed = HOSTILE.split(/(?:)/u).filter((char) => !FORBIDDEN.includes(char)).join("");
  assertEquals(document.root["@value"], allowed);
});

Deno.test("xml() escapes text", () => {
  assertStringIncludes(
    xml({ root: { "#text": `<script>"&'` } }),
    "<root>&lt;script&gt;&quot;&amp;&apos;</root>",
  );
});

Deno.test("xml() writes whitespace in attributes as references", () => {
  assertStringIncludes(xml({ root: { "@a": "1\t2\n3\r4" } }), `a="1&#9;2&#10;3&#13;4"`);
});

Deno.test("xml() omits undefined values", () => {
  const text = xml({ root: { "@a": undefined, b: undefined, c: [{ "@d": undefined, "@e": 0 }] } });
  assertEquals(text, `<?xml version="1.0" encoding="UTF-8"?>\n<root>\n  <c e="0"/>\n</root>\n`);
});

Deno.test("xml() does not wrap long text", () => {
  const long = "word ".repeat(100).trim();
  assertStringIncludes(xml({ root: { child: { "#text": long } } }), `<child>${long}</child>`);
});

Deno.test("xml() inserts runs and removes their marks from the operator's text", () => {
  const text = xml({
    root: {
      a: runPlaceholder(1),
      b: runPlaceholder(0),
      c: { "#text": "\uE0007\uE000 \uE0000\uE000" },
    },
  }, ["<x/>", "<y/>"]);
  assertStringIncludes(text, "<a><y/></a>");
  assertStringIncludes(text, "<b><x/></b>");
  assertStringIncludes(text, "<c>7 0</c>");
});

Deno.test("xmlChildren() returns children for a placeholder in another document", () => {
  const children = xmlChildren({ c: [{ "@d": 1, S: runPlaceholder(0) }, { "@d": 2 }] }, ["<S/>"]);
  const document = { a: { b: { "@e": 3, runs: runPlaceholder(0) } } };
  const inPlace = { a: { b: { "@e": 3, c: [{ "@d": 1, S: runPlaceholder(0) }, { "@d": 2 }] } } };
  assertEquals(xml(document, [children]), xml(inPlace, ["<S/>"]));
});
