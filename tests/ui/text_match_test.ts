import { assertEquals } from "@std/assert";
import { matchesQuery } from "../../lib/ui/text_match.js";

const table: [text: string, query: string, found: boolean][] = [
  ["Film.mp4", "", true],
  ["Film.mp4", "film", true],
  ["Film.mp4", "MP4 fi", true],
  ["Film.mp4", "film avi", false],
  ["Crème brûlée.mp4", "creme brulee", true],
  ["creme.mp4", "crème", true],
  ["שלום.mp4", "שלום", true],
  ["a(b.mp4", "(b", true],
  ["İstanbul.mp4", "istanbul", true],
];

for (const [text, query, found] of table) {
  Deno.test(`matchesQuery() ${found ? "finds" : "does not find"} '${query}' in '${text}'`, () => {
    assertEquals(matchesQuery(text, query), found);
  });
}
