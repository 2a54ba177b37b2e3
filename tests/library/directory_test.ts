import { assertEquals } from "@std/assert";
import { compareEntries, readDirectory } from "../../lib/library/directory.ts";
import { DocumentRoot } from "../../lib/library/document_root.ts";
import type { Storage, StoredFile } from "../../lib/storage/storage.ts";
import { WorkPauses } from "../../lib/work_pauses.ts";

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

Deno.test("readDirectory() lets other requests be served while it resolves links", async () => {
  let now = 0;
  let pauseCount = 0;
  const file = { kind: "file", path: "film.mp4" } as StoredFile;
  const storage: Partial<Storage> = {
    list: () => Promise.resolve(["a", "b", "c", "d"].map((name) => ({ name, kind: "link" }))),
    stat() {
      now += 15;
      return file;
    },
  };
  const pauses = new WorkPauses({
    now: () => now,
    pause() {
      pauseCount++;
      return Promise.resolve();
    },
  });
  const root = new DocumentRoot(storage as Storage);
  const { entries } = await readDirectory(root, "", file, pauses);
  assertEquals([entries.length, pauseCount], [4, 2]);
});
