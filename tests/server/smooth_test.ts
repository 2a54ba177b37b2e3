/** Smooth Streaming as clients ask for it: every kind of URL, and what is said of those that aren't there. */

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { formatPackage } from "../../lib/package/package.ts";
import { toPackage } from "../../lib/presentation/to_package.ts";
import { readFragment } from "../smooth_fragment.ts";
import { type Manifest, readManifest } from "../smooth.ts";
import { openTestdata } from "../sample_presentations.ts";
import { copyMedia, getVersion, type TestApp, testApp } from "./fixture.ts";

const YEAR = "public, max-age=31536000, immutable";
const MANIFEST = "application/vnd.ms-sstr+xml";

/** A path, where `V` is the version, and `B` the bitrate of the stream that it names. */
const found: [path: string, type: string, caching: string][] = [
  ["/film.json/Manifest", MANIFEST, "no-cache"],
  ["/film.json/manifest", MANIFEST, "no-cache"],
  ["/film.json/MANIFEST", MANIFEST, "no-cache"],
  ["/film.ism/Manifest", MANIFEST, "no-cache"],
  ["/film.ISM/manifest", MANIFEST, "no-cache"],
  ["/film.ism/M%61nifest", MANIFEST, "no-cache"],
  ["/video.mp4/Manifest", MANIFEST, "no-cache"],
  ["/film.json/V/QualityLevels(B)/Fragments(video_eng=0)", "video/mp4", YEAR],
  ["/film.json/V/QualityLevels(B)/Fragments(video_eng=20000000)", "video/mp4", YEAR],
  ["/film.ism/V/QualityLevels(B)/Fragments(video_eng=20000000)", "video/mp4", YEAR],
  ["/film.ism/V/qualitylevels(B)/fragments(video_eng=20000000)", "video/mp4", YEAR],
  ["/film.ism/V/QualityLevels%28B%29/Fragments%28video_eng%3D0%29", "video/mp4", YEAR],
  ["/film.json/V/QualityLevels(B)/Fragments(audio_eng=0)", "audio/mp4", YEAR],
  ["/film.json/V/QualityLevels(B)/Fragments(text_eng=100000000)", "application/mp4", YEAR],
  ["/video.mp4/V/QualityLevels(B)/Fragments(video_eng=0)", "video/mp4", YEAR],
];

/** What is not there, and a part of the reason. */
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
  ["/film.json/v0/QualityLevels(B)/Fragments(video_eng=0)", "v0 of 'film.json': it is v"],
];

/** What no manifest names: not a fragment at all. */
const odd = [
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

async function manifestOf(server: TestApp, file: string): Promise<Manifest> {
  const response = await server.request(`GET /${file}/Manifest`);
  assertEquals(response.status, 200);
  return readManifest(await response.text(), `http://ams/${file}/Manifest`);
}

/** Puts versions and bitrates into a path of the tables. */
async function filled(server: TestApp, path: string): Promise<string> {
  const file = path.includes("video.mp4") ? "video.mp4" : "film.json";
  const { streams } = await manifestOf(server, file);
  const name = /Fragments(?:\(|%28)(\w+)/i.exec(path)?.[1];
  const stream = streams.find((stream) => stream.name === name) ?? streams[0]!;
  return path.replace("/V/", `/${await getVersion(server, file)}/`)
    .replace(/(\(|%28)B/, `$1${stream.levels[0]!.bitrate}`);
}

Deno.test("handle() answers Smooth Streaming", async (t) => {
  using server = testApp();
  for (const [path, type, caching] of found) {
    await t.step(`GET ${path} with 200`, async () => {
      const response = await server.request(`GET ${await filled(server, path)}`);
      const { status, headers } = response;
      assertEquals([status, headers.get("content-type")], [200, type]);
      assertEquals(headers.get("cache-control"), caching);
      const size = (await response.bytes()).length;
      assertEquals(headers.get("content-length"), `${size}`);
      const head = await server.request(`HEAD ${await filled(server, path)}`);
      assertEquals([...head.headers], [...headers]);
      assertEquals([head.status, head.body], [200, null]);
    });
  }
  for (const [path, reason] of missing) {
    await t.step(`GET ${path} with 404`, async () => {
      const response = await server.request(`GET ${await filled(server, path)}`);
      assertEquals([response.status, response.headers.get("ams-error")], [404, "NOT_FOUND"]);
      assertEquals(response.headers.get("cache-control"), "max-age=1");
      assertStringIncludes((await response.json()).reason, reason);
    });
  }
  for (const path of odd) {
    await t.step(`GET ${path} with 404`, async () => {
      const response = await server.request(`GET ${await filled(server, path)}`);
      assertEquals([response.status, response.headers.get("ams-error")], [404, "NOT_FOUND"]);
      await response.body?.cancel();
    });
  }
});

Deno.test("handle() gives parts of Smooth Streaming, and says what is unchanged", async () => {
  using server = testApp();
  const paths = ["/film.ism/Manifest"];
  for (const name of ["video_eng", "audio_eng", "text_eng"]) {
    paths.push(await filled(server, `/film.json/V/QualityLevels(B)/Fragments(${name}=0)`));
  }
  for (const path of paths) {
    const response = await server.request(`GET ${path}`);
    const etag = response.headers.get("etag")!;
    assertMatch(etag, /^"[\x21\x23-\x7e]+"$/);
    const whole = await response.bytes();
    const part = await server.request(`GET ${path}`, {
      range: "bytes=5-200",
      "accept-encoding": "gzip",
    });
    assertEquals(part.status, 206, path);
    assertEquals(part.headers.get("content-range"), `bytes 5-200/${whole.length}`);
    assertEquals(await part.bytes(), whole.slice(5, 201));
    const late = await server.request(`GET ${path}`, { range: `bytes=${whole.length}-` });
    assertEquals([late.status, late.headers.get("content-range")], [
      416,
      `bytes */${whole.length}`,
    ]);
    for (const method of ["GET", "HEAD"]) {
      const same = await server.request(`${method} ${path}`, { "if-none-match": etag });
      assertEquals([same.status, same.body, same.headers.get("etag")], [304, null, etag]);
    }
  }
});

Deno.test("handle() gives every fragment an ETag of its own", async () => {
  using server = testApp();
  const { streams } = await manifestOf(server, "film.json");
  const urls = streams.flatMap(({ levels }) => levels).flatMap(({ fragments }) => fragments);
  const etags = await Promise.all(urls.map(async ({ url }) => {
    const { headers } = await server.request(`HEAD ${new URL(url).pathname}`);
    return headers.get("etag");
  }));
  assert(etags.length > 15);
  assertEquals(new Set(etags).size, etags.length);
});

Deno.test("handle() gzips the manifest, and no fragment", async () => {
  using server = testApp();
  const zip = { "accept-encoding": "gzip" };
  const zipped = await server.request("GET /film.ism/Manifest", zip);
  assertEquals(zipped.headers.get("content-encoding"), "gzip");
  assertStringIncludes(zipped.headers.get("vary")!, "Accept-Encoding");
  const stream = zipped.body!.pipeThrough(new DecompressionStream("gzip"));
  const plain = await (await server.request("GET /film.json/Manifest")).text();
  assertEquals(await new Response(stream).text(), plain);
  for (const name of ["video_eng", "text_eng"]) {
    const path = await filled(server, `/film.json/V/QualityLevels(B)/Fragments(${name}=0)`);
    const response = await server.request(`GET ${path}`, zip);
    assertEquals([response.status, response.headers.get("content-encoding")], [200, null]);
    await response.body?.cancel();
  }
});

/** A package of files of testdata/ beside the film. */
async function putPackage(
  server: TestApp,
  name: string,
  files: readonly { file: string; language?: string }[],
): Promise<void> {
  const presentation = await openTestdata(files);
  presentation.close();
  for (const { file } of files) copyMedia(file, join(server.root, file));
  Deno.writeTextFileSync(join(server.root, name), formatPackage(toPackage(presentation)));
}

Deno.test("handle() has every fragment that a manifest names, each at its time", async () => {
  using server = testApp();
  await putPackage(server, "alike.json", [
    { file: "ladder-avc-720p.mp4", language: "und" },
    { file: "ladder-avc-240p.mp4", language: "und" },
    { file: "ladder-aac-eng.mp4", language: "eng" },
    { file: "ladder-aac-fra.mp4", language: "eng" },
    { file: "tone-eac3-stereo.mp4", language: "eng" },
    { file: "ladder-vtt-eng.vtt", language: "eng" },
    { file: "ladder-vtt-fra.vtt", language: "eng" },
  ]);
  const { streams } = await manifestOf(server, "alike.ism");
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
    if (url.includes("text_")) continue; // where nothing is shown, they are alike
    seen.add(fragment.data.toHex());
    media++;
  }
  assertEquals(seen.size, media, "no two fragments hold the same");
});

Deno.test("handle() gives two copies of one rendition under bitrates of their own", async () => {
  using server = testApp();
  copyMedia("ladder-avc-240p.mp4", join(server.root, "copy.mp4"));
  const tracks = ["video.mp4", "copy.mp4"].map((file, i) => (
    { file, track: 1, type: "video", language: "eng", name: `video${i}` }
  ));
  const twin = { ams: 1, segmentDuration: 2, tracks };
  Deno.writeTextFileSync(join(server.root, "twin.json"), JSON.stringify(twin));
  const { streams: [stream] } = await manifestOf(server, "twin.json");
  const [one, other] = stream!.levels;
  assertEquals(other!.bitrate, one!.bitrate + 1);
  const [first, second] = await Promise.all(
    [one, other].map(async (level) =>
      await (await server.request(`GET ${new URL(level!.fragments[1]!.url).pathname}`)).bytes()
    ),
  );
  assertEquals(first, second);
});

Deno.test("handle() gives a file that is replaced new URLs, and none of its old fragments", async () => {
  using server = testApp();
  const before = await filled(server, "/film.json/V/QualityLevels(B)/Fragments(video_eng=0)");
  assertEquals((await server.request(`HEAD ${before}`)).status, 200);
  Deno.removeSync(join(server.root, "video.mp4"));
  copyMedia("ladder-avc-360p.mp4", join(server.root, "video.mp4"));
  server.app.library.close();
  const after = await filled(server, "/film.json/V/QualityLevels(B)/Fragments(video_eng=0)");
  assertNotEquals(after, before);
  const response = await server.request(`GET ${before}`);
  assertEquals(response.status, 404);
  assertMatch((await response.json()).reason, /^Cannot find v\w+ of 'film.json': it is v\w+ now/);
  assertEquals((await server.request(`HEAD ${after}`)).status, 200);
});

Deno.test("handle() logs once what Smooth Streaming can't carry", async () => {
  using server = testApp();
  await putPackage(server, "mixed.json", [
    { file: "test-av1-main.mp4" },
    { file: "test-avc-frontmoov.mp4" },
    { file: "tone-opus-stereo.mp4" },
  ]);
  for (const line of ["HEAD", "GET", "GET"].map((method) => `${method} /mixed.ism/Manifest`)) {
    const response = await server.request(line, { "accept-encoding": "gzip" });
    assertEquals(response.status, 200);
    await response.body?.cancel();
  }
  assertEquals((await manifestOf(server, "mixed.json")).streams.map(({ name }) => name), [
    "video_eng",
  ]);
  assertEquals(server.messages.length, 1);
  assertMatch(
    server.messages[0]!,
    /^mixed\.json: Smooth Streaming omits unsupported renditions: video_eng=\d+, audio_eng=\d+$/,
  );
});

Deno.test("handle() says why there is no Smooth Streaming", async () => {
  using server = testApp();
  await putPackage(server, "vp9.json", [{ file: "test-vp9-profile0.mp4" }, {
    file: "ladder-vtt-eng.vtt",
  }]);
  await putPackage(server, "text.json", [{ file: "ladder-vtt-eng.vtt" }]);
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
