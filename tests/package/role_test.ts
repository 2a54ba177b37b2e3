import { assertEquals } from "@std/assert";
import { parseRole, ROLE_NAMES, ROLES } from "../../lib/package/role.ts";

const names: [name: string, role: string | undefined][] = [
  ["main", "main"],
  ["forced", "forced"],
  ["forced-subtitle", "forced"], // in earlier packages, and in DASH
  ["captions", undefined],
  ["Main", undefined],
  ["", undefined],
  ["toString", undefined],
];

for (const [name, role] of names) {
  Deno.test(`parseRole() parses "${name}" as ${role}`, () => assertEquals(parseRole(name), role));
}

Deno.test("parseRole() parses all ROLE_NAMES to all ROLES", () => {
  assertEquals(new Set(ROLE_NAMES.map(parseRole)), new Set(ROLES));
});
