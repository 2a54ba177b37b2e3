import { assertEquals } from "@std/assert";
import { toLineFeeds, undoDoubleConversion } from "../../lib/subtitles/line_ends.ts";

const texts: [text: string, converted: string][] = [
  ["", ""],
  ["a\nb", "a\nb"],
  ["a\r\nb\rc\n\r", "a\nb\nc\n\n"],
  ["\r\r\n\n", "\n\n\n"],
];

for (const [text, converted] of texts) {
  Deno.test(`toLineFeeds() converts ${JSON.stringify(text)}`, () => {
    assertEquals(toLineFeeds(text), converted);
  });
}

Deno.test("undoDoubleConversion() converts CR CR LF alone", () => {
  assertEquals(undoDoubleConversion("a\r\r\nb\r\nc\rd"), "a\nb\r\nc\rd");
});
