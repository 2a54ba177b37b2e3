import { join } from "@std/path";
import { assertEquals, assertThrows } from "@std/assert";
import { readWholeFile } from "../../../lib/archive/file_system.ts";
import { MediaError } from "../../../lib/errors.ts";
import { ReadOnlyArchive } from "../../../lib/live/recording/read_only_archive.ts";

Deno.test("ReadOnlyArchive lists and reads files, and makes none", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const missing = "news.live: Cannot open the archive of the channel: nothing has been published";
    assertThrows(() => new ReadOnlyArchive(join(directory, "news.live")), MediaError, missing);
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
