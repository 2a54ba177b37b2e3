import { assertEquals } from "@std/assert";
import { parseRole, ROLE_NAMES, ROLES } from "../../lib/package/role.ts";

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
  Deno.test(`parseRole() takes "${word}" for ${role}`, () => assertEquals(parseRole(word), role));
}

Deno.test("ROLE_WORDS are all words that parseRole() knows, ROLES what it gives", () => {
  assertEquals(new Set(ROLE_NAMES.map(parseRole)), new Set(ROLES));
});
