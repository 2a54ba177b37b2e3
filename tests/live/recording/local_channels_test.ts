import { assert, assertEquals, assertThrows } from "@std/assert";
import { LocalChannelDirectory } from "../../../lib/live/recording/local_channels.ts";

Deno.test("LocalChannelDirectory finds channel files and archives by their real paths alone", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    const channels = new LocalChannelDirectory(root);
    await Deno.mkdir(`${root}/sports`);
    await Deno.writeTextFile(`${root}/sports/news.json`, "{}");
    await Deno.symlink(`${root}/sports/news.json`, `${root}/link.json`);
    await Deno.symlink(`${root}/sports`, `${root}/other`);
    for (
      const path of [
        "link.json",
        "other/news.json",
        "none.json",
        "sports",
        "sports/news.json/none.json",
      ]
    ) {
      assertEquals(channels.fingerprint(path), undefined, path);
    }
    assertThrows(() => channels.read("link.json"), Error, "link");
    assertThrows(() => channels.openArchive("other/news.json"), Error, "link");
    const { text, fingerprint } = channels.read("sports/news.json");
    assertEquals([text, channels.fingerprint("sports/news.json")], ["{}", fingerprint]);
    await Deno.writeTextFile(`${root}/sports/news.json`, "{ }");
    assert(channels.fingerprint("sports/news.json") !== fingerprint);

    assertEquals(channels.listArchives(), []);
    channels.openArchive("sports/news.json");
    await Deno.mkdir(`${root}/sports/news.live/a.live`);
    await Deno.symlink(`${root}/sports/news.live`, `${root}/link.live`);
    assertEquals(channels.listArchives(), ["sports/news.json"]);
    using lock = channels.tryLock("sports/news.json");
    assertEquals([lock !== undefined, channels.tryLock("sports/news.json")], [true, undefined]);
    assert(Deno.statSync(`${root}/sports/news.live/lock`).isFile);
    await Deno.symlink(`${root}/elsewhere`, `${root}/sports/news.live/a.live/lock`);
    assertThrows(() => channels.tryLock("sports/news.live/a.json"), Error, "link");
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
