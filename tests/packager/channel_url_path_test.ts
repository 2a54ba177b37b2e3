import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { getChannelUrlPath } from "../../lib/packager/channel_url_path.ts";

const ROOT = Deno.build.os === "windows" ? "C:\\" : "/";

/** Paths below the root of the file system, which the test writes with slashes. */
const CASES: [what: string, current: string, file: string, path: string][] = [
  ["a file below the document root", "srv", "live/news.json", "live/news.json"],
  ["a file of channels with another name", "srv", "tv/news.json", "tv/news.json"],
  ["a file in the current directory, that of channels", "srv/live", "news.json", "live/news.json"],
  ["the same, written otherwise", "srv/live", "./news.json", "live/news.json"],
  ["the same, with another name", "srv/tv", "news.json", "tv/news.json"],
  ["a directory of channels in it", "srv/live/sports", "a.json", "live/sports/a.json"],
  ["a directory that it makes", "srv/live", "sports/a.json", "live/sports/a.json"],
  ["a file beside the current directory", "srv/live", "../tv/news.json", "tv/news.json"],
  ["a file above the current directory", "srv/live/a", "../news.json", "live/news.json"],
  ["a document root below the current directory", "srv", "media/live/a.json", "live/a.json"],
  ["an absolute path", "", "/srv/live/news.json", "live/news.json"],
  ["an absolute path with another name", "srv", "/media/tv/news.json", "tv/news.json"],
  ["the nearest of two directories", "live/srv", "live/a.json", "live/a.json"],
  ["a channel that is named as the directory", "srv/tv", "live.json", "tv/live.json"],
  ["names with other characters", "srv/live", "a b/ü.json", "live/a%20b/%C3%BC.json"],
  ["a file in the root of the file system", "", "news.json", "news.json"],
];

for (const [what, current, file, path] of CASES) {
  Deno.test(`getChannelUrlPath() returns the path of ${what}`, () => {
    const native = file.startsWith("/") ? join(ROOT, file.slice(1)) : join(file);
    assertEquals(getChannelUrlPath(native, join(ROOT, current)), path);
  });
}
