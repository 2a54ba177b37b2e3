/** HLS as clients ask for it: every kind of URL, and what is said of those that aren't there. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { formatPackage } from "../../lib/package/package.ts";
import { toPackage } from "../../lib/presentation/to_package.ts";
import { findAttributes, readPlaylist } from "../m3u8.ts";
import { openSample, openTestdata, PRESENTATION_NAMES } from "../sample_presentations.ts";
import { BodyFactory } from "../../lib/http/body.ts";
import { handle } from "../../lib/server/handler.ts";
import { copyMedia, getVersion, type TestApp, testApp } from "./fixture.ts";

const YEAR = "public, max-age=31536000, immutable";
const HLS = "application/vnd.apple.mpegurl";

/** A path of `film.json` or another, where `V` is the version; type and caching. */
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
  ["/film.json/V/video/0.ts", "video/mp2t", YEAR],
  ["/film.json/V/video/25600.ts", "video/mp2t", YEAR],
  ["/film.ism/V/video/25600.ts", "video/mp2t", YEAR],
  ["/film.json/V/audio/0.aac", "audio/aac", YEAR],
  ["/film.json/V/text/0.vtt", "text/vtt", YEAR],
  ["/film.json/V/text/128000.ts.vtt", "text/vtt", YEAR],
];

/** What is not there, and a part of the reason. */
const missing: [path: string, reason: string][] = [
  ["/film.json/none.m3u8", "a rendition 'none' of 'film.json'"],
  ["/film.json/index.m3u8", "a rendition 'index'"],
  ["/film.json/none.ts.m3u8", "a rendition 'none'"],
  ["/film.json/none.iframes.m3u8", "a rendition 'none'"],
  ["/film.json/master.ts.m3u8", "a rendition 'master'"],
  ["/film.json/audio.iframes.m3u8", "a playlist of key frames of 'audio': it is audio, mp4a.40.2"],
  ["/film.json/text.iframes.m3u8", "it is text, WebVTT"],
  ["/film.json/image.iframes.m3u8", "it is image, jpeg"],
  ["/none.json/.m3u8", "none.json"],
  ["/film.json/V/video/1.ts", "a segment of 'video' in 'film.json' at 1"],
  ["/film.json/V/video/999999.ts", "at 999999"],
  ["/film.json/V/audio/1.aac", "at 1"],
  ["/film.json/V/text/1.vtt", "at 1"],
  ["/film.json/V/none/0.ts", "a rendition 'none'"],
  ["/film.json/v0/video/0.ts", "v0 of 'film.json'"],
  ["/film.json/V/audio/0.ac3", "it is audio, mp4a.40.2"],
  ["/film.json/V/audio/0.mp3", "it is audio"],
  ["/film.json/V/audio/0.ts", "it is audio"],
  ["/film.json/V/video/0.aac", "it is video, avc1.640015"],
  ["/film.json/V/video/0.vtt", "it is video"],
  ["/film.json/V/text/0.ts", "it is text"],
  ["/film.json/V/text/0.aac", "it is text"],
  ["/film.json/V/image/0.ts", "it is image"],
  ["/film.json/V/video/00.ts", "'00.ts'"],
  ["/film.json/V/video/0.eac3", "'0.eac3'"],
];

Deno.test("handle() answers HLS", async (t) => {
  using server = testApp();
  const version = await getVersion(server);
  const bare = await getVersion(server, "video.mp4");
  const path = (of: string) => of.replace("/V/", `/${of.includes(".mp4") ? bare : version}/`);
  for (const [of, type, caching] of found) {
    await t.step(`GET ${of} with 200`, async () => {
      const response = await server.request(`GET ${path(of)}`);
      const { status, headers } = response;
      assertEquals([status, headers.get("content-type")], [200, type]);
      assertEquals(headers.get("cache-control"), caching);
      const size = (await response.bytes()).length;
      assertEquals(headers.get("content-length"), `${size}`);
      const head = await server.request(`HEAD ${path(of)}`);
      assertEquals([...head.headers], [...headers]);
      assertEquals([head.status, head.body], [200, null]);
    });
  }
  for (const [of, reason] of missing) {
    await t.step(`GET ${of} with 404`, async () => {
      const response = await server.request(`GET ${path(of)}`);
      assertEquals([response.status, response.headers.get("ams-error")], [404, "NOT_FOUND"]);
      assertEquals(response.headers.get("cache-control"), "max-age=1");
      assertStringIncludes((await response.json()).reason, reason);
    });
  }
});

Deno.test("handle() gives parts of HLS, and says what is unchanged", async () => {
  using server = testApp();
  const version = await getVersion(server);
  const names = ["video/0.ts", "audio/0.aac", "text/0.vtt"].map((name) => `${version}/${name}`);
  for (const name of [".m3u8", "ts.m3u8", "video.ts.m3u8", "video.iframes.m3u8", ...names]) {
    const line = `GET /film.json/${name}`;
    const response = await server.request(line);
    const etag = response.headers.get("etag")!;
    assertMatch(etag, /^"[\x21\x23-\x7e]+"$/);
    const whole = await response.bytes();
    const part = await server.request(line, { range: "bytes=5-20", "accept-encoding": "gzip" });
    assertEquals(part.status, 206, name);
    assertEquals(part.headers.get("content-range"), `bytes 5-20/${whole.length}`);
    assertEquals(await part.bytes(), whole.slice(5, 21));
    const late = await server.request(line, { range: `bytes=${whole.length}-` });
    assertEquals([late.status, late.headers.get("content-range")], [
      416,
      `bytes */${whole.length}`,
    ]);
    for (const method of ["GET", "HEAD"]) {
      const same = await server.request(line.replace("GET", method), { "if-none-match": etag });
      assertEquals([same.status, same.body, same.headers.get("etag")], [304, null, etag]);
      assertEquals(same.headers.get("content-length"), null);
    }
  }
});

Deno.test("handle() gzips playlists, and no segment", async () => {
  using server = testApp();
  const version = await getVersion(server);
  for (const name of [".m3u8", "ts.m3u8", "video.m3u8", "text.ts.m3u8", "video.iframes.m3u8"]) {
    const line = `GET /film.json/${name}`;
    const plain = await (await server.request(line)).text();
    const zipped = await server.request(line, { "accept-encoding": "gzip" });
    assertEquals(zipped.headers.get("content-encoding"), "gzip");
    assertStringIncludes(zipped.headers.get("vary")!, "Accept-Encoding");
    const stream = zipped.body!.pipeThrough(new DecompressionStream("gzip"));
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

Deno.test("handle() gives the same playlist under both names, and another for TS", async () => {
  using server = testApp();
  const [one, other, ts] = await Promise.all(
    [".m3u8", "master.m3u8", "ts.m3u8"].map(async (name) =>
      await (await server.request(`GET /film.json/${name}`)).text()
    ),
  );
  assertEquals(one, other);
  assert(ts !== one);
});

Deno.test("handle() keeps transport streams apart that share its buffer", async () => {
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

/** A package of files of testdata/ beside the film. */
async function putPackage(server: TestApp, name: string, files: readonly string[]): Promise<void> {
  const presentation = await openTestdata(files);
  presentation.close();
  for (const file of files) copyMedia(file, join(server.root, file));
  Deno.writeTextFileSync(join(server.root, name), formatPackage(toPackage(presentation)));
}

Deno.test("handle() logs once what transport streams can't carry", async () => {
  using server = testApp();
  await putPackage(server, "mixed.json", [
    ...["test-av1-main.mp4", "test-avc-frontmoov.mp4", "tone-opus-stereo.mp4"],
  ]);
  for (const line of ["HEAD", "GET", "GET"].map((method) => `${method} /mixed.json/ts.m3u8`)) {
    const response = await server.request(line, { "accept-encoding": "gzip" });
    assertEquals(response.status, 200);
    await response.body?.cancel();
  }
  const response = await server.request("GET /mixed.json/.m3u8");
  const { uris } = readPlaylist(await response.text());
  assertEquals(uris.length, 2);
  assertEquals(server.messages.length, 1);
  assertMatch(
    server.messages[0]!,
    /^mixed\.json: MPEG-TS omits unsupported renditions: video_eng=\d+, audio_eng=\d+$/,
  );
  const [, av1] = /renditions: ([^,]+)/.exec(server.messages[0]!)!;
  const absent = await server.request(`GET /mixed.json/${av1}.ts.m3u8`);
  assertEquals(absent.status, 404);
  assertMatch(
    (await absent.json()).reason,
    /MPEG-TS segments of 'video_eng=\d+': it is video, av01/,
  );
  const segment = await server.request(
    `GET /mixed.json/${await getVersion(server, "mixed.json")}/${av1}/0.ts`,
  );
  assertEquals(segment.status, 404);
  assertMatch((await segment.json()).reason, /it is video, av01/);
});

Deno.test("handle() says why there is no HLS", async () => {
  using server = testApp();
  await putPackage(server, "vp9.json", ["test-vp9-profile0.mp4", "ladder-vtt-eng.vtt"]);
  await putPackage(server, "text.json", ["ladder-vtt-eng.vtt"]);
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
  Deno.test(`handle() has all that playlists of ${name} name`, async () => {
    using server = testApp();
    const presentation = await openSample(name);
    presentation.close();
    for (const { file } of presentation.renditions.values()) {
      copyMedia(file, join(server.root, file));
    }
    Deno.writeTextFileSync(
      join(server.root, "title.json"),
      formatPackage(toPackage(presentation)),
    );
    const seen = new Set<string>();
    for (const form of [".m3u8", "ts.m3u8"]) await walk(server, `/title.json/${form}`, seen);
    assert(seen.size > 5, `${seen.size}`);
  });
}

/** Asks for a playlist, and for whatever it names, as a client resolves it. */
async function walk(server: TestApp, path: string, seen: Set<string>): Promise<void> {
  if (seen.has(path)) return;
  seen.add(path);
  const response = await server.request(`GET ${path}`);
  assertEquals(response.status, 200, path);
  const type = TYPES.find(([end]) => end.test(path))?.[1];
  assertEquals(response.headers.get("content-type"), type ?? "none", path);
  if (type !== HLS) return void assert((await response.bytes()).length > 0, path);
  const playlist = readPlaylist(await response.text());
  const tags = ["EXT-X-MEDIA", "EXT-X-I-FRAME-STREAM-INF", "EXT-X-IMAGE-STREAM-INF", "EXT-X-MAP"];
  const named = tags.flatMap((tag) =>
    findAttributes(playlist, tag).flatMap(({ URI }) => URI ?? [])
  );
  for (const uri of [...named, ...playlist.uris.map(({ uri }) => uri)]) {
    const url = new URL(uri, `http://ams${path}`);
    assertEquals(url.host, "ams", uri);
    await walk(server, url.pathname, seen);
  }
}

Deno.test("handle() makes a transport stream while it is sent, where there is no room for all of it", async () => {
  using server = testApp();
  const path = `/film.json/${await getVersion(server)}/video/0.ts`;
  const whole = await (await server.request(`GET ${path}`)).bytes();
  const bodies = new BodyFactory({ maxWhole: 2 ** 20, maxInFlight: 100, sliceSize: 1000 });
  const site = { ...server.app, bodies };
  const ask = (method: string, headers: Record<string, string> = {}) =>
    handle({ method, rawPath: path, headers: new Headers(headers) }, site);
  const response = await ask("GET");
  const slices = await Array.fromAsync(response.body!);
  assertEquals(slices.every(({ length }) => length <= 1000), true);
  assertEquals(await new Blob(slices).bytes(), whole);
  for (const asked of [response, await ask("HEAD")]) {
    assertEquals(asked.headers.get("content-length"), `${whole.length}`);
    assertEquals(
      asked.headers.get("etag"),
      (await server.request(`HEAD ${path}`)).headers.get("etag"),
    );
  }
  const part = await ask("GET", { range: "bytes=5000-14999" });
  assertEquals([part.status, await part.bytes()], [206, whole.slice(5000, 15000)]);
  assertEquals((await ask("GET", { range: `bytes=${whole.length}-` })).status, 416);
  const title = await server.app.library.open("film.json");
  title.release();
  server.app.library.close();
  assertEquals(title.acquire(), false); // no answer has it in use any more
});
