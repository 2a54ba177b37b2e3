import { assertEquals, assertRejects } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { GrowingSource, type Growth } from "../../lib/storage/growing_source.ts";
import { readBytes } from "../../lib/storage/source.ts";
import { MemoryStorage } from "../memory_storage.ts";
import { LocalFiles, type TestFiles } from "../test_files.ts";
import { LocalStorage } from "../../lib/storage/local/local_storage.ts";
import type { Storage } from "../../lib/storage/storage.ts";

const SIZE = 40_000;
const CONTENT = Uint8Array.from({ length: SIZE }, (_, i) => i * 7 % 251);

const changes: [description: string, change: (files: TestFiles) => void, expected: Growth][] = [
  ["left alone", () => {}, "same"],
  ["touched", (files) => files.setModifiedAt("a.mp4", 1000), "same"],
  ["appended to", (files) => files.write("a.mp4", CONTENT), "grown"],
  ["truncated", (files) => files.write("a.mp4", CONTENT.subarray(0, SIZE / 4)), "replaced"],
  [
    "written again, longer",
    (files) => files.write("a.mp4", CONTENT.map((byte, i) => i === 9000 ? 1 : byte)),
    "replaced",
  ],
  ["replaced by a longer one", (files) => {
    files.write("b.mp4", CONTENT);
    files.rename("b.mp4", "a.mp4");
  }, "replaced"],
];

const storages: [name: string, create: () => { files: TestFiles; storage: Storage }][] = [
  ["in memory", () => {
    const storage = new MemoryStorage();
    return { files: storage, storage };
  }],
  ["on disk", () => {
    const files = new LocalFiles();
    return { files, storage: new LocalStorage(files.root) };
  }],
];

for (const [name, create] of storages) {
  for (const [description, change, expected] of changes) {
    Deno.test(`GrowingSource.extend() returns "${expected}" for a file ${name} that was ${description}`, async () => {
      const { files, storage } = create();
      using _ = files;
      files.write("a.mp4", CONTENT.subarray(0, SIZE / 2));
      const stat = async () => (await storage.stat("a.mp4", "a.mp4"))!;
      const opened = await storage.open("a.mp4", "a.mp4", { growing: true });
      const source = await GrowingSource.open(opened, await stat());
      assertEquals(source.size, SIZE / 2);
      change(files);
      assertEquals(await source.extend(await stat()), expected);
      assertEquals(source.size, expected === "grown" ? SIZE : SIZE / 2);
      assertEquals(await source.extend(await stat()), expected === "grown" ? "same" : expected);
      if (expected === "grown") {
        assertEquals(await readBytes(source, SIZE - 10, 10), CONTENT.subarray(-10));
      }
      source.close();
    });
  }
}

Deno.test("GrowingSource.open() closes a source that cannot be read", async () => {
  const storage = new MemoryStorage();
  storage.write("a.mp4", CONTENT.subarray(0, 10));
  const stored = (await storage.stat("a.mp4", "a.mp4"))!;
  const source = await storage.open("a.mp4", "a.mp4");
  const tooLong = { ...stored, size: 20 };
  await assertRejects(() => GrowingSource.open(source, tooLong), MediaError, "ends before");
  await assertRejects(() => readBytes(source, 0, 1), MediaError, "closed file");
});
