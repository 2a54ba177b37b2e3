/** HLS as clients request it: every kind of URL, and the errors of those that do not exist. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { formatPackage } from "../../lib/package/package.ts";
import { toPackage } from "../../lib/presentation/to_package.ts";
import { findAttributes, readStrictPlaylist } from "../m3u8.ts";
import { openSample, PRESENTATION_NAMES } from "../sample_presentations.ts";
import { BodyFactory } from "../../lib/http/body.ts";
import { Responder } from "../../lib/http/responder.ts";
import { HotSegments } from "../../lib/server/hot_segments.ts";
import { handle } from "../../lib/server/handler.ts";
import { addMedia, addPackage, getVersion, type TestApp, testApp } from "./fixture.ts";
import { assertNotFound, assertRangesAndEtag, assertServes } from "./resource_assertions.ts";
import { openAsset } from "../open_asset.ts";

const YEAR = "public, max-age=31536000, immutable";
const HLS = "application/vnd.apple.mpegurl";

/** Paths, where `V` is the version, with content type and caching. */
const found: [path: string, type: string, caching: string][] = [
  ["/film.json/.m3u8", HLS, "no-cache"],
  ["/film.json/master.m3u8", HLS, "no-cache"],
  ["/film.json/ts.m3u8", HLS, "no-cache"],
  ["/film.ism/.m3u8", HLS, "no-cache"],
  ["/film.ism/ts.m3u8", HLS, "no-cache"],
  ["/video.mp4/.m3u8", HLS, "no-cache"],
  ["/video.mp4/ts.m3u8", HLS, "no-cache"],
  ["/film.json/video.m3u8", HLS, "no-cache"],
  ["/film.json/audio.m3u8", HLS, "no-cache"],
  ["/film.json/image.m3u8", HLS, "no-cache"],
  ["/film.json/text.m3u8", HLS, "no-cache"],
  ["/film.json/video.ts.m3u8", HLS, "no-cache"],
  ["/film.json/audio.ts.m3u8", HLS, "no-cache"],
  ["/film.json/text.ts.m3u8", HLS, "no-cache"],
  ["/film.json/video.iframes.m3u8", HLS, "no-cache"],
  ["/film.ism/video.iframes.m3u8", HLS, "no-cache"],
  ["/film.json/video.ts.iframes.m3u8", HLS, "no-cache"],
  ["/film.json/V/video/0.iframe.m4s", "video/mp4", YEAR],
  ["/film.json/V/video/25600.iframe.m4s", "video/mp4", YEAR],
  ["/film.json/V/video/25600.iframe.ts", "video/mp2t", YEAR],
  ["/film.json/V/video/0.ts", "video/mp2t", YEAR],
  ["/film.json/V/video/25600.ts", "video/mp2t", YEAR],
  ["/film.ism/V/video/25600.ts", "video/mp2t", YEAR],
  ["/film.json/V/audio/0.aac", "audio/aac", YEAR],
  ["/film.json/V/text/0.vtt", "text/vtt", YEAR],
  ["/film.json/V/text/128000.ts.vtt", "text/vtt", YEAR],
];

/** Paths without a resource, and a part of the reason. */
const missing: [path: string, reason: string][] = [
  ["/film.json/none=1.m3u8", "a rendition 'none=1' of 'film.json'"],
  ["/film.json/video_eng.m3u8", "a rendition 'video_eng'"],
  ["/film.json/none.ts.m3u8", "a rendition 'none'"],
  ["/film.json/none.iframes.m3u8", "a rendition 'none'"],
  ["/film.json/master.ts.m3u8", "a rendition 'master'"],
  ["/film.json/audio.iframes.m3u8", "a playlist of key frames of 'audio': its codec is mp4a.40.2"],
  ["/film.json/text.iframes.m3u8", "its codec is WebVTT"],
  ["/film.json/image.iframes.m3u8", "its codec is jpeg"],
  ["/film.json/audio.ts.iframes.m3u8", "its codec is mp4a.40.2"],
  ["/film.json/V/video/512.iframe.m4s", "a key frame of 'video' in 'film.json' at 512"],
  ["/film.json/V/video/999999.iframe.ts", "at 999999"],
  ["/film.json/V/audio/0.iframe.m4s", "a .iframe.m4s segment of 'audio': its codec is mp4a.40.2"],
  ["/film.json/V/text/0.iframe.ts", "its codec is WebVTT"],
  ["/film.json/V/image/0.iframe.m4s", "its codec is jpeg"],
  ["/none.json/.m3u8", "none.json"],
  ["/film.json/V/video/1.ts", "a segment of 'video' in 'film.json' at 1"],
  ["/film.json/V/video/999999.ts", "at 999999"],
  ["/film.json/V/audio/1.aac", "at 1"],
  ["/film.json/V/text/1.vtt", "at 1"],
  ["/film.json/V/none/0.ts", "a rendition 'none'"],
  ["/film.json/v0/video/0.ts", "version v0 of 'film.json'"],
  ["/film.json/V/audio/0.ac3", "a .ac3 segment of 'audio': its codec is mp4a.40.2"],
  ["/film.json/V/audio/0.mp3", "a .mp3 segment of 'audio': its codec is mp4a.40.2"],
  ["/film.json/V/audio/0.ts", "a .ts segment of 'audio': its codec is mp4a.40.2"],
  ["/film.json/V/video/0.aac", "a .aac segment of 'video': its codec is avc1.640015"],
  ["/film.json/V/video/0.vtt", "a .vtt segment of 'video': its codec is avc1.640015"],
  ["/film.json/V/text/0.ts", "a .ts segment of 'text': its codec is WebVTT"],
  ["/film.json/V/text/0.aac", "a .aac segment of 'text': its codec is WebVTT"],
  ["/film.json/V/image/0.ts", "a .ts segment of 'image': its codec is jpeg"],
  ["/film.json/V/video/00.ts", "'00.ts'"],
  ["/film.json/V/video/0.eac3", "'0.eac3'"],
];

Deno.test("handle() responds to HLS requests", async (t) => {
  using server = testApp();
  const version = await getVersion(server);
  const plainVersion = await getVersion(server, "video.mp4");
  const toPath = (pattern: string) =>
    pattern.replace("/V/", `/${pattern.includes(".mp4") ? plainVersion : version}/`);
  for (const [pattern, type, caching] of found) {
    await t.step(`GET ${pattern} with 200`, async () => {
      await assertServes(server, toPath(pattern), { type, caching });
    });
  }
  for (const [pattern, reason] of missing) {
    await t.step(`GET ${pattern} with 404`, async () => {
      await assertNotFound(server, toPath(pattern), reason);
    });
  }
});

Deno.test("handle() supports ranges and conditional requests for HLS", async () => {
  using server = testApp();
  const version = await getVersion(server);
  const media = [
    "video/0.ts",
    "video/0.iframe.m4s",
    "video/0.iframe.ts",
    "audio/0.aac",
    "text/0.vtt",
  ];
  const names = media.map((name) => `${version}/${name}`);
  for (const name of [".m3u8", "ts.m3u8", "video.ts.m3u8", "video.iframes.m3u8", ...names]) {
    await assertRangesAndEtag(server, `/film.json/${name}`);
  }
});

Deno.test("handle() compresses playlists, but no segment", async () => {
  using server = testApp();
  const version = await getVersion(server);
  for (const name of [".m3u8", "ts.m3u8", "video.m3u8", "text.ts.m3u8", "video.iframes.m3u8"]) {
    const line = `GET /film.json/${name}`;
    const plain = await (await server.request(line)).text();
    const compressed = await server.request(line, { "accept-encoding": "gzip" });
    assertEquals(compressed.headers.get("content-encoding"), "gzip");
    assertStringIncludes(compressed.headers.get("vary")!, "Accept-Encoding");
    const stream = compressed.body!.pipeThrough(new DecompressionStream("gzip"));
    assertEquals(await new Response(stream).text(), plain);
  }
  for (const name of ["video/0.ts", "audio/0.aac", "text/0.vtt"]) {
    const response = await server.request(`GET /film.json/${version}/${name}`, {
      "accept-encoding": "gzip",
    });
    assertEquals([response.status, response.headers.get("content-encoding")], [200, null]);
    await response.body?.cancel();
  }
});

Deno.test("handle() serves equal playlists under both names, and another one for MPEG-TS", async () => {
  using server = testApp();
  const [one, other, ts] = await Promise.all(
    [".m3u8", "master.m3u8", "ts.m3u8"].map(async (name) =>
      await (await server.request(`GET /film.json/${name}`)).text()
    ),
  );
  assertEquals(one, other);
  assert(ts !== one);
});

Deno.test("handle() does not mix MPEG-TS segments that share the scratch buffer", async () => {
  using server = testApp();
  const path = `/film.json/${await getVersion(server)}/video`;
  const alone = await (await server.request(`GET ${path}/0.ts`)).bytes();
  const [first, second] = await Promise.all([
    server.request(`GET ${path}/0.ts`),
    server.request(`GET ${path}/25600.ts`),
  ]);
  assert((await second.bytes()).length > 0);
  assertEquals(await first.bytes(), alone);
});

Deno.test("handle() warns once of renditions that MPEG-TS does not support", async () => {
  using server = testApp();
  const files = ["test-av1-main.mp4", "test-avc-frontmoov.mp4", "tone-opus-stereo.mp4"];
  await addPackage(server, "mixed.json", files);
  for (const line of ["HEAD", "GET", "GET"].map((method) => `${method} /mixed.json/ts.m3u8`)) {
    const response = await server.request(line, { "accept-encoding": "gzip" });
    assertEquals(response.status, 200);
    await response.body?.cancel();
  }
  const response = await server.request("GET /mixed.json/.m3u8");
  const { uris } = readStrictPlaylist(await response.text());
  assertEquals(uris.length, 2);
  assertEquals(server.messages.length, 1);
  assertMatch(
    server.messages[0]!,
    /^mixed\.json: MPEG-TS omits unsupported renditions: video_und=\d+, audio_und=\d+$/,
  );
  const [, av1] = /renditions: ([^,]+)/.exec(server.messages[0]!)!;
  const absent = await server.request(`GET /mixed.json/${av1}.ts.m3u8`);
  assertEquals(absent.status, 404);
  const { reason } = await absent.json();
  assertMatch(reason, /MPEG-TS segments of 'video_und=\d+': its codec is av01/);
  const version = await getVersion(server, "mixed.json");
  const segment = await server.request(`GET /mixed.json/${version}/${av1}/0.ts`);
  assertEquals(segment.status, 404);
  assertMatch(
    (await segment.json()).reason,
    /a \.ts segment of 'video_und=\d+': its codec is av01/,
  );
});

Deno.test("handle() reports why an asset has no HLS", async () => {
  using server = testApp();
  await addPackage(server, "vp9.json", ["test-vp9-profile0.mp4", "ladder-vtt-eng.vtt"]);
  await addPackage(server, "text.json", ["ladder-vtt-eng.vtt"]);
  const cases = [
    ["/vp9.json/ts.m3u8", 404, "expected video or audio in a codec that MPEG-TS supports"],
    ["/text.json/.m3u8", 404, "expected video or audio in a codec that fMP4 supports"],
    ["/text.json/ts.m3u8", 404, "expected video or audio in a codec that MPEG-TS supports"],
  ] as const;
  for (const [path, status, reason] of cases) {
    const response = await server.request(`GET ${path}`);
    assertEquals([response.status, response.headers.get("ams-error")], [status, "NOT_FOUND"]);
    assertStringIncludes((await response.json()).reason, reason);
  }
  assertEquals((await server.request("HEAD /vp9.json/.m3u8")).status, 200);
  assertEquals(server.messages, []);
});

/** Content types by the end of a URL. */
const TYPES: [end: RegExp, type: string][] = [
  [/\.m3u8$/, HLS],
  [/\.ts$/, "video/mp2t"],
  [/\.vtt$/, "text/vtt"],
  [/\.aac$/, "audio/aac"],
  [/\.ac3$/, "audio/ac3"],
  [/\.ec3$/, "audio/eac3"],
  [/\.mp3$/, "audio/mpeg"],
  [/\.jpg$/, "image/jpeg"],
  [/\/video[^/]*\/[^/]+\.(mp4|m4s)$/, "video/mp4"],
  [/\/audio[^/]*\/[^/]+\.(mp4|m4s)$/, "audio/mp4"],
];

for (const name of PRESENTATION_NAMES) {
  Deno.test(`handle() serves every URL in playlists of ${name}`, async () => {
    using server = testApp();
    const presentation = await openSample(name);
    for (const { file } of presentation.renditions.values()) {
      addMedia(server, file);
    }
    server.files.write("asset.json", formatPackage(toPackage(presentation)));
    presentation.close();
    const seen = new Set<string>();
    for (const name of [".m3u8", "ts.m3u8"]) await fetchAll(server, `/asset.json/${name}`, seen);
    assert(seen.size > 5, `${seen.size}`);
  });
}

/** Fetches a playlist and every URL in it, resolved as a client does. */
async function fetchAll(server: TestApp, path: string, seen: Set<string>): Promise<void> {
  if (seen.has(path)) return;
  seen.add(path);
  const response = await server.request(`GET ${path}`);
  assertEquals(response.status, 200, path);
  const type = TYPES.find(([end]) => end.test(path))?.[1];
  assertEquals(response.headers.get("content-type"), type ?? "none", path);
  if (type !== HLS) return void assert((await response.bytes()).length > 0, path);
  const playlist = readStrictPlaylist(await response.text());
  const tags = ["EXT-X-MEDIA", "EXT-X-I-FRAME-STREAM-INF", "EXT-X-IMAGE-STREAM-INF", "EXT-X-MAP"];
  const named = tags.flatMap((tag) =>
    findAttributes(playlist, tag).flatMap(({ URI }) => URI ?? [])
  );
  for (const uri of [...named, ...playlist.uris.map(({ uri }) => uri)]) {
    const url = new URL(uri, `http://ams${path}`);
    assertEquals(url.host, "ams", uri);
    await fetchAll(server, url.pathname, seen);
  }
}

Deno.test("handle() generates an MPEG-TS segment while it is sent if memory is short", async () => {
  using server = testApp();
  const path = `/film.json/${await getVersion(server)}/video/0.ts`;
  const whole = await (await server.request(`GET ${path}`)).bytes();
  const limits = { maxWhole: 2 ** 20, maxBuffered: 2 ** 20, maxInFlight: 100, sliceSize: 1000 };
  const bodies = new BodyFactory({ limits });
  const app = {
    ...server.app,
    responder: new Responder(server.app.responder.cors, bodies),
    hot: new HotSegments(server.app.hot.cache, bodies),
  };
  const send = (method: string, headers: Record<string, string> = {}) =>
    handle({ method, rawPath: path, headers: new Headers(headers) }, app);
  const response = await send("GET");
  const slices = await Array.fromAsync(response.body!);
  assertEquals(slices.every(({ length }) => length <= 1000), true);
  assertEquals(await new Blob(slices).bytes(), whole);
  const etag = (await server.request(`HEAD ${path}`)).headers.get("etag");
  for (const { headers } of [response, await send("HEAD")]) {
    assertEquals([headers.get("content-length"), headers.get("etag")], [`${whole.length}`, etag]);
  }
  const part = await send("GET", { range: "bytes=5000-14999" });
  assertEquals([part.status, await part.bytes()], [206, whole.slice(5000, 15000)]);
  assertEquals((await send("GET", { range: `bytes=${whole.length}-` })).status, 416);
  const asset = await openAsset(server.app.library, "film.json");
  asset.release();
  server.app.library.close();
  assertEquals(asset.acquire(), false); // all responses released it
});
