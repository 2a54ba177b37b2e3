import { assertEquals } from "@std/assert";
import { escapeUnprintable, quoteCombined, quoteJson, shorten } from "../../lib/log/escape.ts";

const TEXTS: [text: string, escaped: string, combined: string][] = [
  ["/a.json/.mpd", "/a.json/.mpd", `"/a.json/.mpd"`],
  ["", "", `""`],
  ["a b", "a\\u{20}b", `"a b"`],
  ["a\r\nb", "a\\u{d}\\u{a}b", `"a\\x0D\\x0Ab"`],
  ['"\\', '"\\', `"\\x22\\x5C"`],
  ["ж", "\\u{436}", `"\\xD0\\xB6"`],
  ["\u{1f600}", "\\u{1f600}", `"\\xF0\\x9F\\x98\\x80"`],
  ["\ud800", "\\u{d800}", `"\\xEF\\xBF\\xBD"`],
  ["\x7f\x1b[0m", "\\u{7f}\\u{1b}[0m", `"\\x7F\\x1B[0m"`],
];

for (const [text, escaped, combined] of TEXTS) {
  Deno.test(`escapeUnprintable(), quoteCombined() and quoteJson() escape ${JSON.stringify(text)}`, () => {
    assertEquals(escapeUnprintable(text), escaped);
    assertEquals(quoteCombined(text), combined);
    assertEquals(quoteJson(text), JSON.stringify(text));
  });
}

Deno.test("quoteJson() writes each character of one byte as JSON.stringify() does", () => {
  for (let code = 0; code < 256; code++) {
    const text = `a${String.fromCharCode(code)}b`;
    assertEquals(quoteJson(text), JSON.stringify(text));
  }
});

Deno.test("escapeUnprintable() leaves what is allowed", () => {
  assertEquals(escapeUnprintable("a b\n", " "), "a b\\u{a}");
});

Deno.test("shorten() limits a text to 2,048 characters", () => {
  assertEquals(shorten("a".repeat(2048)), "a".repeat(2048));
  assertEquals(shorten("a".repeat(2049)), `${"a".repeat(2045)}...`);
});
