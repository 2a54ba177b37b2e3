import { assertEquals } from "@std/assert";
import type { HttpRequest } from "../../lib/http/request.ts";
import { parseRequestTarget } from "../../lib/http/request_target.ts";
import { CATEGORIES, getSegmentCategory } from "../../lib/server/category.ts";
import { handle } from "../../lib/server/handler.ts";
import { uiDirectoryUrl } from "../../lib/server/routes.ts";
import { addMedia, type TestApp, testApp } from "./fixture.ts";
import { openAsset } from "../open_asset.ts";

/** Returns status, protocol, kind, and `hit` or `miss`. */
async function getRecord({ app }: TestApp, line: string, headers = {}): Promise<string> {
  const [method, url] = line.split(" ") as [string, string];
  const { path: rawPath, query: rawQuery } = parseRequestTarget(url);
  const request: HttpRequest = { method, rawPath, rawQuery, headers: new Headers(headers) };
  const response = await handle(request, app);
  await response.body?.cancel();
  const { protocol, kind } = request.category ?? {};
  return [response.status, protocol, kind, request.cache].filter(Boolean).join(" ");
}

/** Lines, each with the records of its first and second response: `M` is a package, `S` a plain media file with TTML subtitles, each with its version. */
const cases: string[][] = [
  ["GET /film.json/.mpd", "200 dash manifest miss", "200 dash manifest hit"],
  ["GET /film.json/.mpd?filter=type==%22video%22", "200 dash manifest miss"],
  ["GET /film.json/.mpd?filter=x", "400 dash manifest"],
  ["GET /film.json/wvtt.mpd", "200 dash manifest miss"],
  ["GET M/text/from-0.vtt", "200 dash subtitles miss", "200 dash subtitles miss"],
  ["GET /film.json/.m3u8", "200 hls manifest miss", "200 hls manifest hit"],
  ["GET /film.json/ts.m3u8", "200 hls manifest miss"],
  ["GET /film.json/any.m3u8", "200 hls manifest hit"],
  ["GET /film.json/video.m3u8", "200 hls playlist miss", "200 hls playlist hit"],
  ["GET /film.json/video_none.m3u8", "404 hls playlist"],
  ["GET /film.json/video.ts.m3u8", "200 hls playlist miss"],
  ["GET /film.json/video.iframes.m3u8", "200 hls playlist miss"],
  ["GET /film.json/video.ts.iframes.m3u8", "200 hls playlist miss"],
  ["GET M/video/0.ts", "200 hls segment miss", "200 hls segment hit"],
  ["GET M/audio/0.aac", "200 hls segment miss"],
  ["GET M/video/0.iframe.ts", "200 hls keyframe miss"],
  ["GET M/text/0.vtt", "200 hls subtitles miss"],
  ["GET M/text/0.ts.vtt", "200 hls subtitles miss"],
  ["GET /film.json/Manifest", "200 smooth manifest miss", "200 smooth manifest hit"],
  ["GET M/QualityLevels(1)/Fragments(video=0)", "404 smooth segment"],
  ["GET M/video/init.mp4", "200 cmaf init miss", "200 cmaf init hit"],
  ["GET M/text/init.wvtt.mp4", "200 cmaf init miss"],
  ["GET M/video/0.m4s", "200 cmaf segment miss", "200 cmaf segment miss"],
  ["GET M/video/0.m4s", "200 cmaf segment hit"],
  ["GET M/video/1.m4s", "404 cmaf segment"],
  ["GET /film.json/v0/video/0.m4s", "404 cmaf segment"],
  ["GET M/video/0.iframe.m4s", "200 cmaf keyframe miss"],
  ["GET M/image/0.jpg", "200 cmaf thumbnail miss"],
  ["GET M/text/all.vtt", "200 cmaf subtitles miss", "200 cmaf subtitles hit"],
  ["GET M/text/0.wvtt.m4s", "200 cmaf subtitles miss"],
  ["GET S/text/0.m4s", "200 cmaf subtitles miss", "200 cmaf subtitles miss"],
  ["GET S/text/0.m4s", "200 cmaf subtitles hit"],
  ["GET S/text/init.mp4", "200 cmaf init miss"],
  ["GET /multi-avc-stpp.mp4", "200 none file"],
  ["GET /film.json", "404 none file"],
  ["GET /none", "404 none file"],
  ["GET /", "200 none page"],
  ["GET /film.json/", "200 none page"],
  [`GET /${uiDirectoryUrl("0")}/page.css`, "404 none page"],
  ["GET /about.json", "200 none other"],
  ["GET /film.json/about.json", "200 none other miss"],
  ["GET /%2e%2e", "400"],
  ["OPTIONS /film.json/.mpd", "204"],
  ["POST /film.json/.mpd", "405"],
];

Deno.test("handle() records the category of responses, and whether they are cached", async () => {
  using server = testApp();
  addMedia(server, "multi-avc-stpp.mp4");
  const getUrl = async (file: string) => {
    using asset = await openAsset(server.app.library, file);
    const { version, renditions } = asset.presentation;
    const text = [...renditions.values()].find(({ type }) => type === "text")!;
    return { url: `/${file}/${version}`, text: text.name };
  };
  const [movie, stpp] = [await getUrl("film.json"), await getUrl("multi-avc-stpp.mp4")];
  const found = [];
  for (const [line = "", , second] of cases) {
    const url = line
      .replace("S/text", `${stpp.url}/${stpp.text}`)
      .replace("M/", `${movie.url}/`);
    const headers = line.endsWith("/") ? { accept: "text/html" } : {};
    const first = await getRecord(server, url, headers);
    found.push([line, first, ...second ? [await getRecord(server, url, headers)] : []]);
  }
  assertEquals(found, cases);
});

Deno.test("getSegmentCategory() recognizes TTML by its media type", () => {
  const kinds = (["cmaf", "fragment", "wvtt", "init"] as const).map((kind) =>
    getSegmentCategory(kind, "application/mp4").kind
  );
  assertEquals(kinds, ["subtitles", "subtitles", "subtitles", "init"]);
  assertEquals(getSegmentCategory("fragment", "video/mp4").kind, "segment");
});

Deno.test("CATEGORIES has one object for each pair", () => {
  const pairs = Object.values(CATEGORIES).map(({ protocol, kind }) => `${protocol} ${kind}`);
  assertEquals(new Set(Object.values(CATEGORIES)).size, new Set(pairs).size);
});
