import { assertEquals } from "@std/assert";
import type { AppOptions } from "../../lib/server/app.ts";
import { testApp } from "../server/fixture.ts";

const HTML = { accept: "text/html,*/*;q=0.8" };
const HTML_TYPE = "text/html; charset=utf-8";
const JSON_TYPE = "application/json";

const CONVERT = "clip.mkv: Cannot read Matroska, expected MP4: " +
  "`ffmpeg -i clip.mkv -map 0:v? -map 0:a? -c copy clip.mp4` converts it without re-encoding";

/** Start of a Matroska file (RFC 9559 §4). */
const MATROSKA = "\u001aE\u00df\u00a3\u0093B\u0082\u0088matroska";

const foreign: [path: string, options: Partial<AppOptions>, code: string, reason: string][] = [
  ["/clip.mkv/", {}, "MEDIA_UNSUPPORTED", CONVERT],
  ["/clip.mkv/?embed", {}, "MEDIA_UNSUPPORTED", CONVERT],
  ["/clip.mkv/.mpd", {}, "MEDIA_UNSUPPORTED", CONVERT],
  ["/clip.mkv/.m3u8", { listing: false }, "MEDIA_UNSUPPORTED", CONVERT],
  ["/clip.mkv/about.json", {}, "MEDIA_UNSUPPORTED", CONVERT],
  [
    "/odd.ts/",
    {},
    "MEDIA_UNSUPPORTED",
    "odd.ts: Cannot stream this file: expected MP4",
  ],
  ["/clip.mkv/", { packagesOnly: true }, "NOT_FOUND", "Cannot find a directory 'clip.mkv'"],
  [
    "/clip.mkv/.mpd",
    { packagesOnly: true },
    "NOT_FOUND",
    "Cannot find a presentation 'clip.mkv': it is no package",
  ],
  ["/none.mkv/", {}, "NOT_FOUND", "Cannot find 'none.mkv'"],
];

for (const [path, options, code, reason] of foreign) {
  const labels = [path, ...Object.keys(options)].join(" ");
  Deno.test(`handle() responds to ${labels} with ${code}`, async () => {
    using server = testApp(options);
    server.files.write("clip.mkv", Uint8Array.from(MATROSKA, (char) => char.charCodeAt(0)));
    server.files.write("odd.ts", "text");
    const response = await server.request(`GET ${path}`, HTML);
    const { listing = true } = options;
    assertEquals(response.headers.get("content-type"), listing ? HTML_TYPE : JSON_TYPE);
    await response.body?.cancel();
    const found = await (await server.request(`GET ${path}`)).json();
    assertEquals([found.code, found.reason], [code, reason]);
  });
}

Deno.test("handle() serves a directory that has the name of a media file", async () => {
  using server = testApp();
  server.files.makeDirectory("clips.ts");
  const page = await server.request("GET /clips.ts/", HTML);
  await page.body?.cancel();
  assertEquals(page.status, 200);
});
