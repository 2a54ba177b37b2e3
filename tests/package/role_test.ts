import { assertEquals } from "@std/assert";
import { ROLE_WORDS, roleOf, ROLES } from "../../lib/package/role.ts";

const words: [word: string, role: string | undefined][] = [
  ["main", "main"],
  ["forced", "forced"],
  ["forced-subtitle", "forced"], // as packages had it before, and as DASH has it
  ["captions", undefined],
  ["Main", undefined],
  ["", undefined],
  ["toString", undefined],
];

for (const [word, role] of words) {
  Deno.test(`roleOf() takes "${word}" for ${role}`, () => assertEquals(roleOf(word), role));
}

Deno.test("ROLE_WORDS are all words that roleOf() knows, ROLES what it gives", () => {
  assertEquals(new Set(ROLE_WORDS.map(roleOf)), new Set(ROLES));
});
