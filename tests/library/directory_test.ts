import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { RequestError } from "../../lib/errors.ts";
import {
  compareEntries,
  isPlayable,
  takeDirectoryFingerprint,
} from "../../lib/library/directory.ts";
import { Library } from "../../lib/library/library.ts";
import { DocumentRoot } from "../../lib/library/document_root.ts";
import { isUnchanged } from "../../lib/library/asset.ts";
import { copyMedia, type TestApp, testApp } from "../server/fixture.ts";

/** `/show` holds pictures, sound in two languages, a text in a third, and what is none of these. */
function stageOfShow(): TestApp {
  const server = testApp();
  const folder = join(server.root, "show");
  Deno.mkdirSync(folder);
  copyMedia("ladder-avc-240p.mp4", join(folder, "1-low.mp4"));
  copyMedia("ladder-avc-360p.mp4", join(folder, "2-high.mp4"));
  copyMedia("ladder-aac-eng.mp4", join(folder, "audio.mp4"));
  copyMedia("ladder-aac-fra.mp4", join(folder, "audio2.mp4"));
  copyMedia("ladder-vtt-fra.vtt", join(folder, "sub.de.vtt"));
  Deno.writeTextFileSync(join(folder, "notes.txt"), "notes");
  Deno.writeTextFileSync(join(folder, "other.json"), "{}");
  Deno.writeTextFileSync(join(folder, ".hidden.mp4"), "");
  return server;
}

async function text(server: TestApp, path: string): Promise<string> {
  const response = await server.request(`GET ${path}`);
  const body = await response.text();
  assertEquals([path, response.status], [path, 200], body);
  return body;
}

// deno-lint-ignore no-explicit-any -- what JSON holds
async function about(server: TestApp, folder = "/show"): Promise<any> {
  return JSON.parse(await text(server, `${folder}/.about.json`));
}

Deno.test("handle() offers the files of a folder by name, as one presentation", async () => {
  using server = stageOfShow();
  const { renditions, segmentDuration } = await about(server);
  assertEquals(
    renditions.map(({ file, type, language }: Record<string, string>) => [file, type, language]),
    [
      ["1-low.mp4", "video", "en"],
      ["2-high.mp4", "video", "en"],
      ["audio.mp4", "audio", "en"],
      ["audio2.mp4", "audio", "fr"],
      ["sub.de.vtt", "text", "de"],
    ],
  );
  assertEquals(segmentDuration, 6);
});

Deno.test("handle() plays a folder in every protocol, with all that its manifests name", async () => {
  using server = stageOfShow();
  const { version, renditions } = await about(server);
  const mpd = await text(server, "/show/.mpd");
  for (const { name, init, text: vtt, segments } of renditions) {
    assertStringIncludes(mpd, `id="${name}"`);
    for (const form of [`${name}.m3u8`, `${name}.ts.m3u8`]) {
      const playlist = await text(server, `/show/${form}`);
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
    `Url="${version}/QualityLevels({bitrate})/Fragments(video_eng={start time})"`,
  );
  const bitrate = /Bitrate="(\d+)"/.exec(smooth)![1];
  await text(server, `/show/${version}/QualityLevels(${bitrate})/Fragments(video_eng=0)`);
  for (const path of ["/show/.m3u8", "/show/master.m3u8", "/show/ts.m3u8"]) {
    assert((await text(server, path)).startsWith("#EXTM3U"));
  }
});

Deno.test("handle() gives the same bytes of a folder as of its package", async () => {
  using server = stageOfShow();
  const { version, renditions } = await about(server);
  const tracks = renditions.map(({ name, file, type, track }: Record<string, string>) => ({
    ...{ name, file, type },
    ...track && { track },
    language: { "sub.de.vtt": "deu", "audio2.mp4": "fra" }[file!] ?? "eng",
  }));
  const pack = { ams: 1, segmentDuration: 6, tracks };
  Deno.writeTextFileSync(join(server.root, "show/pack.json"), JSON.stringify(pack));
  const packaged = await server.request("GET /show/pack.json/about.json");
  assertEquals((await packaged.json()).version, version);
});

Deno.test("handle() offers the document root as one presentation", async () => {
  using server = testApp();
  const { file, renditions, version } = await about(server, "");
  assertEquals([file, renditions.length], ["", 4]);
  assertStringIncludes(await text(server, "/.mpd"), version);
  await text(server, `/${renditions[0].name}.m3u8`);
  assertEquals(
    (await server.request(`GET /${renditions[0].segments.url.replace("$Time$", "0")}`)).status,
    200,
  );
});

Deno.test("open() picks up files of a folder that are added, replaced and removed", async () => {
  using server = stageOfShow();
  let time = 0;
  const warn = () => {};
  const library = new Library({
    ...{
      root: new DocumentRoot(server.root),
      directories: true,
      capacity: 2 ** 24,
      maxOpenFiles: 64,
    },
    ...{ warn, now: () => time += 2000 },
  });
  const versions = new Set<string>();
  const files = async () => {
    using title = await library.open("show");
    versions.add(title.presentation.version);
    return [...title.presentation.renditions.values()].map(({ file }) => file);
  };
  const path = (name: string) => join(server.root, "show", name);
  const before = await files();
  copyMedia("ladder-vtt-eng.vtt", path("sub.en.vtt"));
  assertEquals(await files(), [...before, "sub.en.vtt"]);
  copyMedia("ladder-vtt-fra.vtt", path("sub.en.vtt"));
  assertEquals(await files(), [...before, "sub.en.vtt"]);
  Deno.removeSync(path("1-low.mp4"));
  assertEquals(await files(), [...before.slice(1), "sub.en.vtt"]);
  assertEquals(versions.size, 4);
  for (const name of before) if (name !== "1-low.mp4") Deno.removeSync(path(name));
  Deno.removeSync(path("sub.en.vtt"));
  await assertRejects(files, RequestError, "it holds no file of media or subtitles");
  copyMedia("ladder-avc-240p.mp4", path("1-low.mp4"));
  assertEquals(await files(), ["1-low.mp4"]);
  library.close();
});

const absent: [what: string, files: string[], says: string][] = [
  ["nothing", [], "it holds no file of media or subtitles"],
  ["other files", ["a.txt", "b.json", ".c.mp4"], "it holds no file of media or subtitles"],
  [
    "too many files",
    Array.from({ length: 101 }, (_, i) => `${i}.mp4`),
    "it holds 101 files of media and subtitles, and 100 at most are one",
  ],
];

for (const [what, files, says] of absent) {
  Deno.test(`handle() says why a folder that holds ${what} is no presentation`, async () => {
    using server = testApp();
    Deno.mkdirSync(join(server.root, "f"));
    for (const name of files) Deno.writeTextFileSync(join(server.root, "f", name), "");
    for (const path of ["/f/.mpd", "/f/.m3u8", "/f/Manifest", "/f/ts.m3u8", "/f/.about.json"]) {
      const response = await server.request(`GET ${path}`);
      const { code, reason } = await response.json();
      assertEquals([response.status, code], [404, "NOT_FOUND"]);
      assertEquals(reason, `Cannot offer '/f' as one presentation: ${says}`);
    }
  });
}

Deno.test("handle() names the file that keeps a folder from playing", async () => {
  using server = stageOfShow();
  Deno.writeTextFileSync(join(server.root, "show/z.mp4"), "no movie");
  const response = await server.request("GET /show/.mpd");
  const { code, reason } = await response.json();
  assertEquals([response.status, code], [500, "MEDIA_INVALID"]);
  assertStringIncludes(reason, "z.mp4: ");
});

Deno.test("handle() gives no folders, files or links away by a folder's manifest", async () => {
  using server = stageOfShow();
  Deno.copyFileSync(join(server.root, "video.mp4"), join(server.outside, "x.mp4"));
  Deno.symlinkSync(join(server.outside, "x.mp4"), join(server.root, "show/x.mp4"));
  Deno.symlinkSync(server.outside, join(server.root, "out"));
  Deno.mkdirSync(join(server.root, ".hidden"));
  Deno.copyFileSync(join(server.root, "video.mp4"), join(server.root, ".hidden/x.mp4"));
  Deno.mkdirSync(join(server.root, "show/folder.mp4"));
  assertEquals((await about(server)).renditions.length, 5);
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

Deno.test("handle() gives out a file before what its folder would offer under that name", async () => {
  using server = stageOfShow();
  const { version, renditions: [{ name }] } = await about(server);
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
    Deno.mkdirSync(join(server.root, "show", path, ".."), { recursive: true });
    Deno.writeTextFileSync(join(server.root, "show", path), "mine");
    assertEquals(await text(server, `/show/${path}`), "mine");
    assertNotEquals(before, "mine");
  }
  assertStringIncludes(await text(server, "/show/.mpd"), "<MPD");
});

Deno.test("handle() opens no folder for a playlist that no folder has", async () => {
  using server = stageOfShow();
  for (const path of ["/show/film.m3u8", "/show/any.mpd", "/show/v1/video/init.mp4"]) {
    assertEquals([path, (await server.request(`GET ${path}`)).status], [path, 404]);
  }
  assertEquals(server.app.library.isOpen("show"), false);
});

Deno.test("takeDirectoryFingerprint() trusts the looks of a folder only when it has not just changed", async () => {
  using server = testApp();
  const folder = join(server.root, "f");
  Deno.mkdirSync(folder);
  const root = new DocumentRoot(server.root);
  for (const [age, same] of [[0, false], [1, false], [60, true], [-60, false]] as const) {
    const time = Date.now() / 1000 - age;
    Deno.utimeSync(folder, time, time);
    assertEquals([age, isUnchanged([await takeDirectoryFingerprint(root, "f")])], [age, same]);
  }
});

Deno.test("compareEntries() is an order of all names, those that a language takes for one as well", () => {
  const names = [
    "a",
    "A",
    "\u00e1",
    "a\u0301",
    "a ",
    "2",
    "10",
    "02",
    "\u200f",
    "\n",
    "🎬",
    "ﬁ",
    "fi",
  ];
  const entries = names.map((name) => ({ name, isDirectory: false }));
  for (const a of entries) {
    for (const b of entries) {
      assertEquals(compareEntries(a, b) === 0, a === b);
      assertEquals(Math.sign(compareEntries(a, b)), -Math.sign(compareEntries(b, a)) + 0);
    }
  }
});

Deno.test("isPlayable() goes by names", () => {
  const names = [
    "a.mp4",
    "a.MOV",
    "a.fr.vtt",
    "a.json",
    "a.txt",
    "mp4",
    "a.mp4.part",
    "a.mpd",
    "a.srt",
    "a.de.TTML",
    "a.xml",
  ];
  assertEquals(names.filter(isPlayable), ["a.mp4", "a.MOV", "a.fr.vtt", "a.srt", "a.de.TTML"]);
});
