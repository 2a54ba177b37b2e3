import { assertEquals } from "@std/assert";
import { compareEntries } from "../../lib/library/directory.ts";

Deno.test("compareEntries() is a total order, also of names that collate as equal", () => {
  const names = [
    "a",
    "A",
    "\u00e1",
    "a\u0301",
    "a ",
    "2",
    "10",
    "02",
    "\u200f",
    "\n",
    "🎬",
    "ﬁ",
    "fi",
  ];
  const entries = names.map((name) => ({ name, isDirectory: false }));
  for (const a of entries) {
    for (const b of entries) {
      assertEquals(compareEntries(a, b) === 0, a === b);
      assertEquals(Math.sign(compareEntries(a, b)), -Math.sign(compareEntries(b, a)) + 0);
    }
  }
});
