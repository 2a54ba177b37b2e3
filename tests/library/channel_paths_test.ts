import { assertEquals, assertRejects } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { MediaError } from "../../lib/errors.ts";
import { ChannelPaths, getArchiveDirectory } from "../../lib/library/channel_paths.ts";
import { DocumentRoot } from "../../lib/library/document_root.ts";
import { Library } from "../../lib/library/library.ts";
import { MemoryStorage } from "../memory_storage.ts";

const ARCHIVES = [
  "live/news.live",
  "live/news.live/00000001/feed-video.mp4",
  "live/NEWS.LIVE/x.mp4",
  "live/a/b/.live/x",
];

const OTHERS = ["news.live/x.mp4", "other/news.live", "live", "live/news.json", "live/live/x.mp4"];

Deno.test("ChannelPaths knows archives below the directory of channels", () => {
  const paths = new ChannelPaths("live");
  assertEquals(ARCHIVES.filter((path) => !paths.isArchive(path)), []);
  assertEquals(OTHERS.filter((path) => paths.isArchive(path)), []);
  assertEquals(new ChannelPaths("./tv/live/").directory, "tv/live");
  assertEquals(new ChannelPaths("tv/live").isArchive("tv/live/news.live"), true);
  assertEquals(new ChannelPaths("tv/live").isArchive("live/news.live"), false);
  assertEquals(new ChannelPaths(".").isArchive("news.live/x"), true);
  assertEquals(new ChannelPaths("a.live").isArchive("a.live/news.json"), false);
  assertEquals(getArchiveDirectory("live/a.JSON"), "live/a.live");
});

Deno.test("DocumentRoot hides archives of channels, also behind links and without a channel file", async () => {
  using storage = new MemoryStorage();
  storage.write("live/news.live/00000001/a.mp4", "media");
  storage.write("live/news.json", "{}");
  storage.write("news.live/a.mp4", "media");
  storage.link("live/news.live", "link");
  storage.link("live/news.live/00000001/a.mp4", "a.mp4");
  const root = new DocumentRoot(storage);
  for (const path of ["live/news.live", "live/news.live/00000001/a.mp4", "link", "a.mp4"]) {
    const error = await assertRejects(async () => await root.resolve(path), RequestError);
    assertEquals(error.code, "NOT_FOUND");
  }
  assertEquals((await root.resolve("news.live/a.mp4")).kind, "file");
  const entries = await root.readEntries("live", "live");
  assertEquals(entries.map(({ name }) => name), ["news.json"]);
  await assertRejects(
    async () => await root.resolveMedia("live", "news.live/00000001/a.mp4"),
    MediaError,
    "Cannot find this file",
  );
});

const FILES: [file: string, text: string, message: string][] = [
  [
    "tv/news.json",
    '{ "ams": 1, "live": {} }',
    "news.json: live: Cannot serve a channel outside of the directory of channels (--channels), 'live'",
  ],
  ["live/news.json", '{ "ams": 1, "live": {}, "protection": {} }', "protection"],
  ["live/news.json", '{ "ams": 1, "live": { "window": -1 } }', "live.window"],
  ["live/news.json", '{ "ams": 1, "live": ', "expected"],
];

for (const [file, text, message] of FILES) {
  Deno.test(`Library rejects the channel file ${file} with ${text}`, async () => {
    using storage = new MemoryStorage();
    storage.write(file, text);
    const library = new Library({
      root: new DocumentRoot(storage),
      serveDirectories: false,
      capacityBytes: 2 ** 20,
      maxOpenFiles: 64,
      warn: () => {},
    });
    const error = await assertRejects(async () => await library.open(file), MediaError, message);
    assertEquals(error.code, "PACKAGE_INVALID");
    library.close();
  });
}
