import { assertEquals } from "@std/assert";
import {
  type AssetRoute,
  manifestUrl,
  parseRoute,
  type Route,
  uiDirectoryUrl,
} from "../../lib/server/routes.ts";

const media = { file: "a/b.json", version: "v1f", rendition: "video_eng=4-0" };

const routes: [rawPath: string, route: Route][] = [
  ["/", { kind: "page", file: "" }],
  ["/films/", { kind: "page", file: "films" }],
  ["/about.json", { kind: "info", file: "" }],
  ["/films/a b/about.json", { kind: "info", file: "films/a b" }],
  ["/a/b.json/about.json", { kind: "info", file: "a/b.json" }],
  ["/a/about.json/about.json", { kind: "info", file: "a/about.json" }],
  ["/a/about.json/", { kind: "page", file: "a/about.json" }],
  ["/a/about.json/.mpd", { kind: "mpd", file: "a/about.json" }],
  ["/.ams/0123/app.js", { kind: "uiAsset", digest: "0123", name: "app.js" }],
  ["/.ams/app.js", { kind: "file", file: ".ams/app.js" }],
  ["/films/.ams/0123/app.js", { kind: "file", file: "films/.ams/0123/app.js" }],
  ["/films", { kind: "file", file: "films" }],
  ["/a/b.json/.mpd", { kind: "mpd", file: "a/b.json" }],
  ["/a/b.json/any%20name.mpd", { kind: "mpd", file: "a/b.json" }],
  ["/a/b.ism/.mpd", { kind: "mpd", file: "a/b.json" }],
  ["/%D0%B6%20x.mp4/.mpd", { kind: "mpd", file: "ж x.mp4" }],
  ["/ж.MOV/m.mpd", { kind: "mpd", file: "ж.MOV", ownUrl: "../%D0%B6.MOV/m.mpd" }],
  ["/a%252e.mp4/.mpd", { kind: "mpd", file: "a%2e.mp4" }],
  ["/a/b.json/", { kind: "page", file: "a/b.json" }],
  ["/a/b.json", { kind: "file", file: "a/b.json" }],
  ["/a/b.json/x.css", { kind: "file", file: "a/b.json/x.css" }],
  ["/a/film.mp4", { kind: "file", file: "a/film.mp4" }],
  ["/player/.mpd", { kind: "mpd", file: "player" }],
  ["/.mpd", { kind: "mpd", file: "" }],
  ["/.m3u8", { kind: "hls", file: "" }],
  ["/films/.about.json", { kind: "presentationInfo", file: "films" }],
  ["/a/b.mp4/.about.json", { kind: "presentationInfo", file: "a/b.mp4" }],
  ["/films/any.mpd", { kind: "file", file: "films/any.mpd" }],
  ["/films/any.m3u8", { kind: "file", file: "films/any.m3u8" }],
  ["/films/video.ts.m3u8", { kind: "file", file: "films/video.ts.m3u8" }],
  ["/films/v1f/video_eng=1/init.mp4", { kind: "file", file: "films/v1f/video_eng=1/init.mp4" }],
  ["/a/b.json/v1f/video_eng=4-0/init.mp4", { kind: "init", ...media }],
  ["/a/b.ism/v1f/video_eng=4-0/init.mp4", { kind: "init", ...media }],
  ["/a/b.json/v1f/video_eng=4-0/all.vtt", { kind: "text", ...media }],
  ["/a/b.json/v1f/video_eng=4-0/from-9.vtt", { kind: "textFrom", time: 9, ...media }],
  ["/a/b.json/v1f/video_eng=4-0/0.m4s", { kind: "cmaf", time: 0, ...media }],
  ["/a/b.json/v1f/video_eng=4-0/4294967296.m4s", { kind: "cmaf", time: 2 ** 32, ...media }],
  ["/a/b.json/v1f/video_eng=4-0/90000.jpg", { kind: "image", time: 90000, ...media }],
  ["/a/b.json/w1/video/0.m4s", { kind: "file", file: "a/b.json/w1/video/0.m4s" }],
  ["/a/b.txt/v1f/video/0.m4s", { kind: "file", file: "a/b.txt/v1f/video/0.m4s" }],
];

/** Resources of a directory that has no file of that name. */
const fallbacks: [rawPath: string, fallback: AssetRoute][] = [
  ["/Manifest", { kind: "smooth", file: "" }],
  ["/films/manifest", { kind: "smooth", file: "films" }],
  ["/films/master.m3u8", { kind: "hls", file: "films" }],
  ["/index.m3u8", { kind: "hls", file: "" }],
  ["/ts.m3u8", { kind: "hlsTs", file: "" }],
  ["/video_eng=400000.m3u8", { kind: "media", file: "", rendition: "video_eng=400000" }],
  ["/a/audio_pt-BR=128000.m3u8", { kind: "media", file: "a", rendition: "audio_pt-BR=128000" }],
  ["/a/caption_zh-Hant-TW_2.m3u8", { kind: "media", file: "a", rendition: "caption_zh-Hant-TW_2" }],
  ["/a/caption_x-klingon.m3u8", { kind: "media", file: "a", rendition: "caption_x-klingon" }],
  ["/a/caption_fra_2.ts.m3u8", { kind: "mediaTs", file: "a", rendition: "caption_fra_2" }],
  ["/a/video_eng=1_2.iframes.m3u8", { kind: "iframes", file: "a", rendition: "video_eng=1_2" }],
  [
    "/v0123456789ab/audio_und=64000/9.m4s",
    { kind: "cmaf", file: "", version: "v0123456789ab", rendition: "audio_und=64000", time: 9 },
  ],
  [
    "/a/b/v0123456789ab/caption_eng/all.vtt",
    { kind: "text", file: "a/b", version: "v0123456789ab", rendition: "caption_eng" },
  ],
  [
    "/a/v0123456789ab/QualityLevels(1)/Fragments(video_eng=2)",
    {
      kind: "fragment",
      file: "a",
      version: "v0123456789ab",
      bitrate: 1,
      stream: "video_eng",
      time: 2,
    },
  ],
];

for (const [rawPath, fallback] of fallbacks) {
  Deno.test(`parseRoute() reads ${rawPath} as a file or, without one, a resource`, () => {
    assertEquals(parseRoute(rawPath), { kind: "file", file: rawPath.slice(1), fallback });
  });
}

for (const [rawPath, route] of routes) {
  Deno.test(`parseRoute() reads ${rawPath}`, () => {
    assertEquals(parseRoute(rawPath), route);
  });
}

for (const file of ["video.json", "a b/ж%2e.mp4", "x#?.json", "quote'.mov"]) {
  Deno.test(`parseRoute() reads the path that manifestUrl() builds of ${file}`, () => {
    assertEquals(parseRoute(manifestUrl(file, "mpd")), { kind: "mpd", file });
  });
}

Deno.test("parseRoute() reads the path that uiDirectoryUrl() builds", () => {
  const route = parseRoute(`/${uiDirectoryUrl("0123")}/app.js`);
  assertEquals(route, { kind: "uiAsset", digest: "0123", name: "app.js" });
});
