import { assertEquals } from "@std/assert";
import { showControlCharacters } from "../../lib/ui/dom.js";

const texts: [text: string, expected: string][] = [
  ["plain שלום", "plain שלום"],
  ["two\nlines", "two␊lines"],
  ["\0\t\x1f\x7f", "␀␉␟␡"],
  ["film\u202e4pm.exe", "film\ufffd4pm.exe"],
  ["\u202a\u202d\u2066\u2069", "\ufffd\ufffd\ufffd\ufffd"],
  ["\u200f\u200e", "\u200f\u200e"],
];

for (const [text, expected] of texts) {
  Deno.test(`showControlCharacters() shows ${JSON.stringify(text)} as ${expected}`, () => {
    assertEquals(showControlCharacters(text), expected);
  });
}
