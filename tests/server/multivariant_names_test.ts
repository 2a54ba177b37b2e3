import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { testApp } from "./fixture.ts";

const multivariantNames: [path: string, status: number][] = [
  ["/film.json/index.m3u8", 200],
  ["/film.json/playlist.m3u8", 200],
  ["/film.json/main_stream-1.m3u8", 200],
  ["/film.ism/index.m3u8", 200],
  ["/video.mp4/index.m3u8", 200],
  ["/film.json/playlist.ts.m3u8", 404],
  ["/film.json/playlist.iframes.m3u8", 404],
  ["/film.json/video_1080.m3u8", 404],
  ["/film.json/audio_eng.m3u8", 404],
  ["/film.json/video=1.m3u8", 404],
  ["/film.json/a.b.m3u8", 404],
  ["/film.json/a%20b.m3u8", 404],
  ["/film.json/a/index.m3u8", 404],
  ["/none.json/index.m3u8", 404],
];

for (const [path, expected] of multivariantNames) {
  Deno.test(`handle() responds to ${path} with ${expected}`, async () => {
    using server = testApp();
    const response = await server.request(`GET ${path}`);
    const text = await response.text();
    assertEquals([response.status, text.includes("#EXT-X-STREAM-INF")], [
      expected,
      expected === 200,
    ]);
    if (expected === 200) {
      const file = path.slice(0, path.lastIndexOf("/"));
      const canonical = await server.request(`GET ${file}/.m3u8`);
      assertEquals(text, await canonical.text());
      assertEquals(response.headers.get("etag"), canonical.headers.get("etag"));
    }
  });
}

Deno.test("handle() serves a rendition whose name is like that of a multivariant playlist, whatever the query selects", async () => {
  using server = testApp();
  const media = await (await server.request("GET /film.json/audio.m3u8")).text();
  assertStringIncludes(media, "#EXTINF");
  const filtered = await server.request("GET /film.json/audio.m3u8?filter=type==%22video%22");
  assertEquals(filtered.status, 404);
  const selected = await server.request("GET /film.json/play.m3u8?filter=type!=%22audio%22");
  const text = await selected.text();
  assertStringIncludes(text, "video.m3u8?filter=");
  assert(!text.includes("TYPE=AUDIO"));
});
