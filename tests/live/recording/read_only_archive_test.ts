import { join } from "@std/path";
import { assertEquals, assertThrows } from "@std/assert";
import { readWholeFile } from "../../../lib/archive/file_system.ts";
import { ReadOnlyArchive } from "../../../lib/live/recording/read_only_archive.ts";

Deno.test("ReadOnlyArchive lists and reads files, and makes none", async () => {
  const directory = await Deno.makeTempDir();
  try {
    assertThrows(() => new ReadOnlyArchive(join(directory, "news.live")), Error, "ENOENT");
    await Deno.mkdir(join(directory, "news.live/00000001"), { recursive: true });
    await Deno.writeTextFile(join(directory, "news.live/00000001/index"), "records");
    const files = new ReadOnlyArchive(join(directory, "news.live"));
    assertEquals(files.list(""), ["00000001"]);
    assertEquals(files.list("00000001"), ["index"]);
    const bytes = readWholeFile(files, "00000001/index");
    assertEquals(new TextDecoder().decode(bytes), "records");
    assertThrows(() => files.open("00000001/block.json"), Error, "ENOENT");
    assertEquals(files.list("00000001"), ["index"]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
