/** Smooth Streaming as clients request it: every kind of URL, and the errors of those that do not exist. */

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { readFragment } from "../smooth_fragment.ts";
import { type Manifest, readManifest } from "../smooth.ts";
import { addMedia, addPackage, getVersion, type TestApp, testApp } from "./fixture.ts";
import { assertNotFound, assertRangesAndEtag, assertServes } from "./resource_assertions.ts";

const YEAR = "public, max-age=31536000, immutable";
const MANIFEST = "application/vnd.ms-sstr+xml";

/** Paths, where `V` is the version and `B` the bitrate of the stream. */
const found: [path: string, type: string, caching: string][] = [
  ["/film.json/Manifest", MANIFEST, "no-cache"],
  ["/film.json/manifest", MANIFEST, "no-cache"],
  ["/film.json/MANIFEST", MANIFEST, "no-cache"],
  ["/film.ism/Manifest", MANIFEST, "no-cache"],
  ["/film.ISM/manifest", MANIFEST, "no-cache"],
  ["/video.mp4/Manifest", MANIFEST, "no-cache"],
  ["/film.json/V/QualityLevels(B)/Fragments(video_eng=0)", "video/mp4", YEAR],
  ["/film.json/V/QualityLevels(B)/Fragments(video_eng=20000000)", "video/mp4", YEAR],
  ["/film.ism/V/QualityLevels(B)/Fragments(video_eng=20000000)", "video/mp4", YEAR],
  ["/film.ism/V/qualitylevels(B)/fragments(video_eng=20000000)", "video/mp4", YEAR],
  ["/film.json/V/QualityLevels(B)/Fragments(audio_eng=0)", "audio/mp4", YEAR],
  ["/film.json/V/QualityLevels(B)/Fragments(text_eng=100000000)", "application/mp4", YEAR],
  ["/video.mp4/V/QualityLevels(B)/Fragments(video_und=0)", "video/mp4", YEAR],
];

/** Paths without a resource, and a part of the reason. */
const missing: [path: string, reason: string][] = [
  ["/none.json/Manifest", "none.json"],
  ["/none.ism/Manifest", "none.json"],
  [
    "/film.json/V/QualityLevels(1)/Fragments(video_eng=0)",
    "a bitrate 1 of 'video_eng' in 'film.json'",
  ],
  ["/film.ism/V/QualityLevels(1)/Fragments(audio_eng=0)", "a bitrate 1 of 'audio_eng'"],
  [
    "/film.json/V/QualityLevels(B)/Fragments(video_eng=1)",
    "a fragment of 'video_eng' in 'film.json' at 1",
  ],
  ["/film.json/V/QualityLevels(B)/Fragments(video_eng=120000000)", "at 120000000"],
  ["/film.json/V/QualityLevels(B)/Fragments(video_eng=9007199254740991)", "at 9007199254740991"],
  ["/film.json/V/QualityLevels(B)/Fragments(video_fra=0)", "a stream 'video_fra' of 'film.json'"],
  ["/film.json/V/QualityLevels(B)/Fragments(constructor=0)", "a stream 'constructor'"],
  [
    "/film.json/v0/QualityLevels(B)/Fragments(video_eng=0)",
    "version v0 of 'film.json': the current version is v",
  ],
];

/** Malformed paths of fragments. */
const malformed = [
  "/film.json/V/QualityLevels(B)/Fragments(video_eng=00)",
  "/film.json/V/QualityLevels(B)/Fragments(video_eng=-1)",
  "/film.json/V/QualityLevels(B)/Fragments(video_eng={start time})",
  "/film.json/V/QualityLevels(B)/Fragments(video_eng)",
  "/film.json/V/QualityLevels(B)/Fragments(=0)",
  "/film.json/V/QualityLevels(0)/Fragments(video_eng=0)",
  "/film.json/V/QualityLevels({bitrate})/Fragments(video_eng=0)",
  "/film.json/V/QualityLevels(B)",
  "/film.json/V/QualityLevels(B)/",
  "/film.json/QualityLevels(B)/Fragments(video_eng=0)",
  "/film.json/Manifest/",
  "/audio.txt/Manifest",
];

async function fetchManifest(server: TestApp, file: string): Promise<Manifest> {
  const response = await server.request(`GET /${file}/Manifest`);
  assertEquals(response.status, 200);
  return readManifest(await response.text(), `http://ams/${file}/Manifest`);
}

/** Fills in the version and the bitrate. */
async function fillIn(server: TestApp, path: string): Promise<string> {
  const file = path.includes("video.mp4") ? "video.mp4" : "film.json";
  const { streams } = await fetchManifest(server, file);
  const name = /Fragments(?:\(|%28)(\w+)/i.exec(path)?.[1];
  const stream = streams.find((stream) => stream.name === name) ?? streams[0]!;
  return path.replace("/V/", `/${await getVersion(server, file)}/`)
    .replace(/(\(|%28)B/, `$1${stream.levels[0]!.bitrate}`);
}

Deno.test("handle() responds to Smooth Streaming requests", async (t) => {
  using server = testApp();
  for (const [path, type, caching] of found) {
    await t.step(`GET ${path} with 200`, async () => {
      await assertServes(server, await fillIn(server, path), { type, caching });
    });
  }
  for (const [path, reason] of missing) {
    await t.step(`GET ${path} with 404`, async () => {
      await assertNotFound(server, await fillIn(server, path), reason);
    });
  }
  for (const path of malformed) {
    await t.step(`GET ${path} with 404`, async () => {
      const response = await server.request(`GET ${await fillIn(server, path)}`);
      assertEquals([response.status, response.headers.get("ams-error")], [404, "NOT_FOUND"]);
      await response.body?.cancel();
    });
  }
});

Deno.test("handle() supports ranges and conditional requests for Smooth Streaming", async () => {
  using server = testApp();
  const paths = ["/film.ism/Manifest"];
  for (const name of ["video_eng", "audio_eng", "text_eng"]) {
    paths.push(await fillIn(server, `/film.json/V/QualityLevels(B)/Fragments(${name}=0)`));
  }
  for (const path of paths) await assertRangesAndEtag(server, path);
});

Deno.test("handle() gives each fragment a different ETag", async () => {
  using server = testApp();
  const { streams } = await fetchManifest(server, "film.json");
  const urls = streams.flatMap(({ levels }) => levels).flatMap(({ fragments }) => fragments);
  const etags = await Promise.all(urls.map(async ({ url }) => {
    const { headers } = await server.request(`HEAD ${new URL(url).pathname}`);
    return headers.get("etag");
  }));
  assert(etags.length > 15);
  assertEquals(new Set(etags).size, etags.length);
});

Deno.test("handle() compresses the manifest, but no fragment", async () => {
  using server = testApp();
  const gzip = { "accept-encoding": "gzip" };
  const compressed = await server.request("GET /film.ism/Manifest", gzip);
  assertEquals(compressed.headers.get("content-encoding"), "gzip");
  assertStringIncludes(compressed.headers.get("vary")!, "Accept-Encoding");
  const stream = compressed.body!.pipeThrough(new DecompressionStream("gzip"));
  const plain = await (await server.request("GET /film.json/Manifest")).text();
  assertEquals(await new Response(stream).text(), plain);
  for (const name of ["video_eng", "text_eng"]) {
    const path = await fillIn(server, `/film.json/V/QualityLevels(B)/Fragments(${name}=0)`);
    const response = await server.request(`GET ${path}`, gzip);
    assertEquals([response.status, response.headers.get("content-encoding")], [200, null]);
    await response.body?.cancel();
  }
});

Deno.test("handle() serves every fragment of a manifest, each with its time", async () => {
  using server = testApp();
  await addPackage(server, "similar.json", [
    { file: "ladder-avc-720p.mp4", language: "und" },
    { file: "ladder-avc-240p.mp4", language: "und" },
    { file: "ladder-aac-eng.mp4", language: "eng" },
    { file: "ladder-aac-fra.mp4", language: "eng" },
    { file: "tone-eac3-stereo.mp4", language: "eng" },
    { file: "ladder-vtt-eng.vtt", language: "eng" },
    { file: "ladder-vtt-fra.vtt", language: "eng" },
  ]);
  const { streams } = await fetchManifest(server, "similar.ism");
  const names = streams.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  assert(
    names.includes("video_und") && names.includes("audio_eng_2") && names.includes("text_eng_2"),
    `${names}`,
  );
  const seen = new Set<string>();
  let media = 0;
  for (
    const { url, time } of streams.flatMap(({ levels }) => levels).flatMap(({ fragments }) =>
      fragments
    )
  ) {
    const response = await server.request(`GET ${new URL(url).pathname}`);
    assertEquals(response.status, 200, url);
    const fragment = readFragment(await response.bytes());
    assertEquals(fragment.time, time, url);
    if (url.includes("text_")) continue; // subtitle fragments without cues are equal
    seen.add(fragment.data.toHex());
    media++;
  }
  assertEquals(seen.size, media, "no two fragments are equal");
});

Deno.test("handle() serves two copies of a rendition under different bitrates", async () => {
  using server = testApp();
  addMedia(server, "ladder-avc-240p.mp4", "copy.mp4");
  const tracks = ["video.mp4", "copy.mp4"].map((file, i) => (
    { file, track: 1, type: "video", language: "eng", name: `video${i}` }
  ));
  const twin = { ams: 1, segmentDuration: 2, tracks };
  server.files.write("twin.json", JSON.stringify(twin));
  const { streams: [stream] } = await fetchManifest(server, "twin.json");
  const [one, other] = stream!.levels;
  assertEquals(other!.bitrate, one!.bitrate + 1);
  const [first, second] = await Promise.all(
    [one, other].map(async (level) =>
      await (await server.request(`GET ${new URL(level!.fragments[1]!.url).pathname}`)).bytes()
    ),
  );
  assertEquals(first, second);
});

Deno.test("handle() serves a replaced file under new URLs only", async () => {
  using server = testApp();
  const before = await fillIn(server, "/film.json/V/QualityLevels(B)/Fragments(video_eng=0)");
  assertEquals((await server.request(`HEAD ${before}`)).status, 200);
  server.files.remove("video.mp4");
  addMedia(server, "ladder-avc-360p.mp4", "video.mp4");
  server.app.library.close();
  const after = await fillIn(server, "/film.json/V/QualityLevels(B)/Fragments(video_eng=0)");
  assertNotEquals(after, before);
  const response = await server.request(`GET ${before}`);
  assertEquals(response.status, 404);
  assertMatch(
    (await response.json()).reason,
    /^Cannot find version v\w+ of 'film.json': the current version is v\w+, see its manifest$/,
  );
  assertEquals((await server.request(`HEAD ${after}`)).status, 200);
});

Deno.test("handle() warns once of renditions that Smooth Streaming does not support", async () => {
  using server = testApp();
  await addPackage(server, "mixed.json", [
    { file: "test-av1-main.mp4" },
    { file: "test-avc-frontmoov.mp4" },
    { file: "tone-opus-stereo.mp4" },
  ]);
  for (const line of ["HEAD", "GET", "GET"].map((method) => `${method} /mixed.ism/Manifest`)) {
    const response = await server.request(line, { "accept-encoding": "gzip" });
    assertEquals(response.status, 200);
    await response.body?.cancel();
  }
  assertEquals((await fetchManifest(server, "mixed.json")).streams.map(({ name }) => name), [
    "video_und",
  ]);
  assertEquals(server.messages.length, 1);
  assertMatch(
    server.messages[0]!,
    /^mixed\.json: Smooth Streaming omits unsupported renditions: video_und=\d+, audio_und=\d+$/,
  );
});

Deno.test("handle() reports why an asset has no Smooth Streaming", async () => {
  using server = testApp();
  await addPackage(server, "vp9.json", [{ file: "test-vp9-profile0.mp4" }, {
    file: "ladder-vtt-eng.vtt",
  }]);
  await addPackage(server, "text.json", [{ file: "ladder-vtt-eng.vtt" }]);
  for (const path of ["/vp9.json/Manifest", "/text.ism/Manifest"]) {
    const response = await server.request(`GET ${path}`);
    assertEquals([response.status, response.headers.get("ams-error")], [404, "NOT_FOUND"]);
    assertStringIncludes(
      (await response.json()).reason,
      "expected video or audio in a codec that Smooth Streaming supports",
    );
  }
  assertEquals((await server.request("HEAD /vp9.json/.mpd")).status, 200);
});
