import { assertEquals } from "@std/assert";
import { DistrustedIndexes } from "../../lib/library/distrusted_indexes.ts";
import type { Package } from "../../lib/package/package.ts";

const TRACK = { file: "a.mp4", track: 1, type: "video", language: "en", name: "v" } as const;
const BARE: Package = { segmentDuration: 8, tracks: [TRACK] };
const PACK: Package = { segmentDuration: 8, tracks: [{ ...TRACK, index: "0123456789abcdefAAAA" }] };

Deno.test("DistrustedIndexes removes the indexes of a package until it changes", () => {
  const distrusted = new DistrustedIndexes();
  assertEquals(distrusted.remove(PACK, "a.json", "1"), PACK);
  distrusted.add("a.json");
  assertEquals(distrusted.remove(PACK, "b.json", "1"), PACK);
  assertEquals(distrusted.remove(PACK, "a.json", "1"), BARE);
  assertEquals(distrusted.remove(PACK, "a.json", "1"), BARE);
  assertEquals(distrusted.remove(PACK, "a.json", "2"), PACK);
  assertEquals(distrusted.remove(PACK, "a.json", "1"), PACK);
});

Deno.test("DistrustedIndexes forgets the oldest of more than 1,024 packages", () => {
  const distrusted = new DistrustedIndexes();
  for (let i = 0; i < 1025; i++) distrusted.add(`${i}.json`);
  assertEquals(distrusted.remove(PACK, "0.json", "1"), PACK);
  assertEquals(distrusted.remove(PACK, "1.json", "1"), BARE);
});
