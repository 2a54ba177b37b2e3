import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { ArchiveWriter } from "../../../lib/archive/archive_writer.ts";
import { readWholeFile, writeAt } from "../../../lib/archive/file_system.ts";
import { LocalArchive } from "../../../lib/live/recording/local_archive.ts";
import { MemoryFileSystem } from "../../archive/memory_file_system.ts";
import { append, EPOCH, TRACKS } from "../../archive/recording.ts";

async function inDirectory(work: (directory: string) => Promise<void> | void): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await work(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("LocalArchive has the same files as the one in memory, also for a new process", async () => {
  await inDirectory(async (directory) => {
    const memory = new MemoryFileSystem();
    const path = join(directory, "news.live");
    for (const open of [() => memory, () => LocalArchive.open(path)]) {
      const writer = ArchiveWriter.open(open());
      writer.beginPeriod({ epoch: EPOCH, start: EPOCH, tracks: TRACKS });
      append(writer, { from: 0, end: 3 });
      const next = ArchiveWriter.open(open());
      next.continuePeriod();
      append(next, { from: 3, end: 5 });
      await writer.close().catch(() => {});
      await next.sync();
      await next.close();
    }
    const local = LocalArchive.open(path);
    const names = memory.paths().filter((name) => name.startsWith("00000002/"));
    assertEquals(names.length, 4);
    for (const name of names) assertEquals(readWholeFile(local, name), memory.bytes(name), name);
  });
});

Deno.test("LocalArchive refuses a link as its directory, and links as files", async () => {
  await inDirectory(async (directory) => {
    await Deno.mkdir(join(directory, "elsewhere"));
    await Deno.symlink(join(directory, "elsewhere"), join(directory, "news.live"));
    assertThrows(() => LocalArchive.open(join(directory, "news.live")), Error, "not a link");
    const archive = LocalArchive.open(join(directory, "other.live"));
    await Deno.writeTextFile(join(directory, "secret"), "x");
    await Deno.symlink(join(directory, "secret"), join(directory, "other.live", "index"));
    assertThrows(() => archive.open("index"));
    assertThrows(() => archive.open("index", { create: true }));
    await Deno.symlink(join(directory, "elsewhere"), join(directory, "other.live", "00000001"));
    assertThrows(() => archive.open("00000001/index", { create: true }), Error, "no link");
  });
});

Deno.test("LocalArchive reads, truncates and removes", async () => {
  await inDirectory((directory) => {
    const archive = LocalArchive.open(join(directory, "news.live"));
    archive.makeDirectory("a");
    const file = archive.open("a/b", { create: true });
    writeAt(file, Uint8Array.of(1, 2, 3), 0);
    file.truncate(2);
    assertEquals([file.size(), file.pread(new Uint8Array(9), 1)], [2, 1]);
    file.close();
    archive.rename("a/b", "a/c");
    assertEquals(archive.list("a"), ["c"]);
    assertThrows(() => archive.open("a/b"));
    archive.remove("a/c");
    archive.remove("a");
    assertEquals(archive.list(""), []);
  });
});
