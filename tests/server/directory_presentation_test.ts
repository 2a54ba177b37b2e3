import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { Library } from "../../lib/library/library.ts";
import { DocumentRoot } from "../../lib/library/document_root.ts";
import { addMedia, type TestApp, testApp } from "./fixture.ts";
import { openAsset } from "../open_asset.ts";

/** `/show` has video, audio in two languages, subtitles in a third, and other files. */
function createShow(): TestApp {
  const server = testApp();
  addMedia(server, "ladder-avc-240p.mp4", "show/1-low.mp4");
  addMedia(server, "ladder-avc-360p.mp4", "show/2-high.mp4");
  addMedia(server, "ladder-aac-eng.mp4", "show/audio.mp4");
  addMedia(server, "ladder-aac-fra.mp4", "show/audio2.mp4");
  addMedia(server, "ladder-vtt-fra.vtt", "show/sub.de.vtt");
  server.files.write("show/notes.txt", "notes");
  server.files.write("show/other.json", "{}");
  server.files.write("show/.hidden.mp4", "");
  return server;
}

async function text(server: TestApp, path: string): Promise<string> {
  const response = await server.request(`GET ${path}`);
  const body = await response.text();
  assertEquals([path, response.status], [path, 200], body);
  return body;
}

// deno-lint-ignore no-explicit-any -- what JSON holds
async function getInfo(server: TestApp, directory = "/show"): Promise<any> {
  return JSON.parse(await text(server, `${directory}/.about.json`));
}

Deno.test("handle() serves the files of a directory as one presentation", async () => {
  using server = createShow();
  const { renditions, segmentDuration } = await getInfo(server);
  assertEquals(
    renditions.map(({ file, type, language }: Record<string, string>) => [file, type, language]),
    [
      ["1-low.mp4", "video", "und"],
      ["2-high.mp4", "video", "und"],
      ["audio.mp4", "audio", "en"],
      ["audio2.mp4", "audio", "fr"],
      ["sub.de.vtt", "text", "de"],
    ],
  );
  assertEquals(segmentDuration, 6);
});

Deno.test("handle() serves a directory in every protocol, with all URLs of its manifests", async () => {
  using server = createShow();
  const { version, renditions } = await getInfo(server);
  const mpd = await text(server, "/show/.mpd");
  for (const { name, init, text: vtt, segments } of renditions) {
    assertStringIncludes(mpd, `id="${name}"`);
    for (const path of [`${name}.m3u8`, `${name}.ts.m3u8`]) {
      const playlist = await text(server, `/show/${path}`);
      const urls = playlist.split("\n").filter((line) => line && !line.startsWith("#"));
      assertEquals(urls.length, segments.count);
      for (const url of urls) {
        await (await server.request(`GET /show/${url}`)).bytes().then(({ length }) =>
          assert(length)
        );
      }
    }
    const urls = segments.times.map((time: number) => segments.url.replace("$Time$", time));
    for (const url of [...urls, init ?? vtt]) {
      const response = await server.request(`GET /show/${url}`);
      assertEquals([url, response.status], [url, 200]);
      assertStringIncludes(response.headers.get("cache-control")!, "immutable");
      await response.body?.cancel();
    }
  }
  const smooth = await text(server, "/show/Manifest");
  assertStringIncludes(
    smooth,
    `Url="${version}/QualityLevels({bitrate})/Fragments(video_und={start time})"`,
  );
  const bitrate = /Bitrate="(\d+)"/.exec(smooth)![1];
  await text(server, `/show/${version}/QualityLevels(${bitrate})/Fragments(video_und=0)`);
  for (const name of [".m3u8", "master.m3u8", "index.m3u8", "ts.m3u8"]) {
    assert((await text(server, `/show/${name}`)).startsWith("#EXTM3U"));
  }
  for (const name of ["playlist.m3u8", "Index.m3u8", "index.ts.m3u8"]) {
    assertEquals((await server.request(`GET /show/${name}`)).status, 404);
  }
  server.files.write("show/index.m3u8", "a file");
  assertEquals(await text(server, "/show/index.m3u8"), "a file");
});

Deno.test("handle() serves equal bytes for a directory and its package", async () => {
  using server = createShow();
  const { version, renditions } = await getInfo(server);
  const tracks = renditions.map(({ name, file, type, track }: Record<string, string>) => ({
    ...{ name, file, type },
    ...track && { track },
    language: { "sub.de.vtt": "deu", "audio.mp4": "eng", "audio2.mp4": "fra" }[file!] ?? "und",
  }));
  const pack = { ams: 1, segmentDuration: 6, tracks };
  server.files.write("show/pack.json", JSON.stringify(pack));
  const packaged = await server.request("GET /show/pack.json/about.json");
  assertEquals((await packaged.json()).version, version);
});

Deno.test("handle() serves the document root as a presentation", async () => {
  using server = testApp();
  const { file, renditions, version } = await getInfo(server, "");
  assertEquals([file, renditions.length], ["", 4]);
  assertStringIncludes(await text(server, "/.mpd"), version);
  await text(server, `/${renditions[0].name}.m3u8`);
  assertEquals(
    (await server.request(`GET /${renditions[0].segments.url.replace("$Time$", "0")}`)).status,
    200,
  );
});

Deno.test("open() notices files of a directory that are added, replaced and removed", async () => {
  using server = createShow();
  let time = 0;
  const warn = () => {};
  const library = new Library({
    ...{
      root: new DocumentRoot(server.app.root.storage),
      serveDirectories: true,
      capacityBytes: 2 ** 24,
      maxOpenFiles: 64,
    },
    ...{ warn, now: () => time += 20_000 },
  });
  const versions = new Set<string>();
  const files = async () => {
    using asset = await openAsset(library, "show");
    versions.add(asset.presentation.version);
    return [...asset.presentation.renditions.values()].map(({ file }) => file);
  };
  const path = (name: string) => `show/${name}`;
  const before = await files();
  addMedia(server, "ladder-vtt-eng.vtt", path("sub.en.vtt"));
  assertEquals(await files(), [...before, "sub.en.vtt"]);
  addMedia(server, "ladder-vtt-fra.vtt", path("sub.en.vtt"));
  assertEquals(await files(), [...before, "sub.en.vtt"]);
  server.files.remove(path("1-low.mp4"));
  assertEquals(await files(), [...before.slice(1), "sub.en.vtt"]);
  assertEquals(versions.size, 4);
  for (const name of before) if (name !== "1-low.mp4") server.files.remove(path(name));
  server.files.remove(path("sub.en.vtt"));
  await assertRejects(files, RequestError, "it has no media or subtitle file");
  addMedia(server, "ladder-avc-240p.mp4", path("1-low.mp4"));
  assertEquals(await files(), ["1-low.mp4"]);
  library.close();
});

const notPlayable: [content: string, files: string[], reason: string][] = [
  ["nothing", [], "it has no media or subtitle file"],
  ["other files", ["a.txt", "b.json", ".c.mp4"], "it has no media or subtitle file"],
  [
    "too many files",
    Array.from({ length: 101 }, (_, i) => `${i}.mp4`),
    "it has 101 media and subtitle files, expected at most 100",
  ],
];

for (const [content, files, expected] of notPlayable) {
  Deno.test(`handle() reports why a directory with ${content} is no presentation`, async () => {
    using server = testApp();
    server.files.makeDirectory("f");
    for (const name of files) server.files.write(`f/${name}`, "");
    for (const path of ["/f/.mpd", "/f/.m3u8", "/f/Manifest", "/f/ts.m3u8", "/f/.about.json"]) {
      const response = await server.request(`GET ${path}`);
      const { code, reason } = await response.json();
      assertEquals([response.status, code], [404, "NOT_FOUND"]);
      assertEquals(reason, `Cannot serve '/f' as a presentation: ${expected}`);
    }
  });
}

Deno.test("handle() leaves out a broken file of a directory with a warning", async () => {
  using server = createShow();
  server.files.write("show/z.mp4", "no movie");
  const { renditions, warnings } = await getInfo(server);
  assertEquals(renditions.length, 5);
  assertStringIncludes(warnings.join("\n"), "z.mp4: is left out: Cannot ");
});

Deno.test("handle() names the first file of a directory whose files all are broken", async () => {
  using server = testApp();
  for (const name of ["y.mp4", "z.mp4"]) server.files.write(`f/${name}`, "no movie");
  const response = await server.request("GET /f/.mpd");
  const { code, reason } = await response.json();
  assertEquals([response.status, code], [500, "MEDIA_INVALID"]);
  assertStringIncludes(reason, "y.mp4: ");
});

/** Files of a directory, and why they are no presentation. */
const notTogether: [files: Record<string, string>, reason: string][] = [
  [
    { "s01e01.mp4": "ladder-avc-240p.mp4", "s01e02.mp4": "ladder-avc-240p.mp4" },
    "they are a series",
  ],
  [
    { "a.mp4": "ladder-avc-240p.mp4", "b.mp4": "test-avc-rotated.mp4" },
    "'b.mp4' lasts 6 s, 'a.mp4' 12 s",
  ],
];

for (const [files, expected] of notTogether) {
  Deno.test(`handle() offers no presentation of ${Object.keys(files)}`, async () => {
    using server = testApp();
    for (const [name, from] of Object.entries(files)) addMedia(server, from, `f/${name}`);
    const response = await server.request("GET /f/.mpd");
    const { code, reason } = await response.json();
    assertEquals([response.status, code], [404, "NOT_FOUND"]);
    assertEquals(reason, `Cannot serve '/f' as a presentation of all its files: ${expected}`);
    const { presentation } = await (await server.request("GET /f/about.json")).json();
    assertEquals(presentation, undefined);
  });
}

Deno.test("handle() reveals no directories, files or links by the manifest of a directory", async () => {
  using server = createShow();
  server.files.write("../outside/x.mp4", server.files.read("video.mp4"));
  server.files.link("../../outside/x.mp4", "show/x.mp4");
  server.files.link("../outside", "out");
  server.files.makeDirectory(".hidden");
  server.files.write(".hidden/x.mp4", server.files.read("video.mp4"));
  server.files.makeDirectory("show/directory.mp4");
  assertEquals((await getInfo(server)).renditions.length, 5);
  assertEquals((await server.request("GET /out/.mpd")).status, 403);
  for (
    const path of [
      "/.hidden/.mpd",
      "/none/.mpd",
      "/show/notes.txt/.mpd",
      "/text.vtt/.mpd",
      "/show/other.json/.mpd/.mpd",
    ]
  ) {
    assertEquals([path, (await server.request(`GET ${path}`)).status], [path, 404]);
  }
});

Deno.test("handle() prefers a file to a resource of its directory", async () => {
  using server = createShow();
  const { version, renditions: [{ name }] } = await getInfo(server);
  for (
    const path of [
      "Manifest",
      "master.m3u8",
      "ts.m3u8",
      `${name}.m3u8`,
      `${version}/${name}/init.mp4`,
    ]
  ) {
    const before = await text(server, `/show/${path}`);
    server.files.write(`show/${path}`, "file");
    assertEquals(await text(server, `/show/${path}`), "file");
    assertNotEquals(before, "file");
  }
  assertStringIncludes(await text(server, "/show/.mpd"), "<MPD");
});

Deno.test("handle() opens no directory for a playlist that none has", async () => {
  using server = createShow();
  for (const path of ["/show/film.m3u8", "/show/any.mpd", "/show/v1/video/init.mp4"]) {
    assertEquals([path, (await server.request(`GET ${path}`)).status], [path, 404]);
  }
  assertEquals(server.app.library.isOpen("show"), false);
});
