import { assertEquals } from "@std/assert";
import { showControlCharacters } from "../../lib/ui/dom.js";

const texts: [text: string, expected: string][] = [
  ["plain שלום", "plain שלום"],
  ["two\nlines", "two␊lines"],
  ["\0\t\x1f\x7f", "␀␉␟␡"],
];

for (const [text, expected] of texts) {
  Deno.test(`showControlCharacters() shows ${JSON.stringify(text)} as ${expected}`, () => {
    assertEquals(showControlCharacters(text), expected);
  });
}
