import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import type { AppOptions } from "../../lib/server/app.ts";
import { createAccessServer, PATH_TOKEN } from "./access_server.ts";
import { addMedia, type TestApp, testApp } from "./fixture.ts";

const VIDEO = {
  low: "ladder-avc-240p.mp4",
  mid: "ladder-avc-360p.mp4",
  high: "ladder-avc-720p.mp4",
};

/** `/d` has a film with everything that belongs to it, and other files. */
const FILM: Readonly<Record<string, string>> = {
  "film.mp4": VIDEO.mid,
  "film.1080p.mp4": VIDEO.high,
  "film_480.mp4": VIDEO.low,
  "film.en.m4a": "ladder-aac-eng.mp4",
  "film.fr.m4a": "ladder-aac-fra.mp4",
  "film.fr.vtt": "ladder-vtt-fra.vtt",
  "film.en.sdh.vtt": "ladder-vtt-eng.vtt",
  "film.thumbs.mp4": "ladder-mjpeg-thumbs.mp4",
  "other.mp4": VIDEO.low,
  "film 2.mp4": VIDEO.low,
};

function createServer(files = FILM, options: Partial<AppOptions> = {}): TestApp {
  const server = testApp(options);
  for (const [name, from] of Object.entries(files)) addMedia(server, from, `d/${name}`);
  return server;
}

interface Info {
  readonly version: string;
  readonly warnings: readonly string[];
  readonly renditions: readonly { file: string; type: string; language: string; name: string }[];
}

async function getInfo(server: TestApp, name: string): Promise<Info> {
  const response = await server.request(`GET /d/${encodeURIComponent(name)}/about.json`);
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return JSON.parse(text);
}

async function getFiles(server: TestApp, name: string): Promise<string[]> {
  return (await getInfo(server, name)).renditions.map(({ file, type, language }) =>
    `${file} ${type} ${language}`
  );
}

async function getText(server: TestApp, path: string): Promise<string> {
  const response = await server.request(`GET ${path}`);
  const text = await response.text();
  assertEquals([path, response.status], [path, 200], text);
  return text;
}

Deno.test("handle() plays a file with those that belong to it", async () => {
  using server = createServer();
  assertEquals(await getFiles(server, "film.mp4"), [
    "film.mp4 video und",
    "film.1080p.mp4 video und",
    "film_480.mp4 video und",
    "film.en.m4a audio en",
    "film.fr.m4a audio fr",
    "film.en.sdh.vtt text en",
    "film.fr.vtt text fr",
    "film.thumbs.mp4 image und",
  ]);
  assertEquals((await getInfo(server, "film.mp4")).warnings, []);
  const mpd = await getText(server, "/d/film.mp4/.mpd");
  assertEquals(mpd.match(/<AdaptationSet /g)?.length, 6); // video, two of audio, two of subtitles, images
  assertEquals(mpd.match(/ height="\d+"/g)?.length, 4);
});

for (
  const name of ["film.1080p.mp4", "film.fr.m4a", "film.thumbs.mp4", "other.mp4", "film 2.mp4"]
) {
  Deno.test(`handle() plays ${name} alone`, async () => {
    using server = createServer({ ...FILM, "film.thumbs.mp4": "pair-avc-thumbs.mp4" });
    const { renditions } = await getInfo(server, name);
    assertEquals([...new Set(renditions.map(({ file }) => file))], [name]);
  });
}

Deno.test("handle() serves all media of a film", async () => {
  using server = createServer();
  const { version, renditions } = await getInfo(server, "film.mp4");
  for (const { name, type } of renditions) {
    const extension = { video: "m4s", audio: "m4s", text: "vtt", image: "jpg" }[type];
    const path = `/d/film.mp4/${version}/${name}/0.${extension}`;
    const response = await server.request(`GET ${path}`);
    assertEquals([path, response.status], [path, 200]);
    assert((await response.bytes()).length > 100);
  }
});

Deno.test("handle() selects the tracks of the file itself by ?only, under the same URLs", async () => {
  using server = createServer();
  const { version, renditions } = await getInfo(server, "film.mp4");
  const [own] = renditions;
  const mpd = await getText(server, "/d/film.mp4/.mpd?only");
  assertEquals(mpd.match(/<Representation id="([^"]+)"/g), [`<Representation id="${own!.name}"`]);
  assertStringIncludes(mpd, version);
  const filtered = await getText(server, `/d/film.mp4/.mpd?filter=trackName=="${own!.name}"`);
  assertEquals(mpd, filtered);
  const playlist = await getText(server, "/d/film.mp4/.m3u8?only");
  assertStringIncludes(playlist, `${own!.name}.m3u8?only`);
  assertEquals(playlist.includes("EXT-X-MEDIA:"), false);
  const alone = await getText(server, "/d/other.mp4/.mpd?only");
  assertEquals(alone, await getText(server, "/d/other.mp4/.mpd"));
  assertEquals((await server.request("GET /d/film.mp4/.mpd?only=1")).status, 400);
});

Deno.test("handle() plays files alone with --no-sidecars", async () => {
  using server = createServer(FILM, { sidecars: false });
  assertEquals(await getFiles(server, "film.mp4"), ["film.mp4 video und"]);
});

Deno.test("handle() plays the same film with --no-listing", async () => {
  using server = createServer(FILM, { listing: false });
  const mpd = await getText(server, "/d/film.mp4/.mpd");
  assertEquals(mpd.match(/ height="\d+"/g)?.length, 4);
});

/** Files of a directory, a file of it, and what that plays. */
const directories: [what: string, files: Record<string, string>, name: string, plays: string[]][] =
  [
    [
      "a ladder without a bare stem",
      {
        "a-240p.mp4": VIDEO.low,
        "a-720p.mp4": VIDEO.high,
        "a.en.vtt": "ladder-vtt-eng.vtt",
      },
      "a-720p.mp4",
      [
        "a-720p.mp4 video und",
        "a-240p.mp4 video und",
        "a.en.vtt text en",
      ],
    ],
    [
      "Plex",
      {
        "Film (2020).mp4": VIDEO.low,
        "Film (2020).eng.forced.vtt": "ladder-vtt-eng.vtt",
        "Film (2020)-trailer.mp4": VIDEO.low,
      },
      "Film (2020).mp4",
      ["Film (2020).mp4 video und", "Film (2020).eng.forced.vtt text en"],
    ],
    [
      "Jellyfin",
      {
        "Film (2020) - 720p.mp4": VIDEO.high,
        "Film (2020) - 360p.mp4": VIDEO.mid,
        "Film (2020) - Cut.mp4": VIDEO.low,
      },
      "Film (2020) - 720p.mp4",
      [
        "Film (2020) - 720p.mp4 video und",
        "Film (2020) - 360p.mp4 video und",
      ],
    ],
    [
      "Kodi",
      { "Film.mp4": VIDEO.low, "Film.French.vtt": "ladder-vtt-fra.vtt" },
      "Film.mp4",
      ["Film.mp4 video und", "Film.French.vtt text fr"],
    ],
    [
      "yt-dlp",
      {
        "Zoo [jNQXAC9IVRw].f137.mp4": VIDEO.low,
        "Zoo [jNQXAC9IVRw].f140.m4a": "ladder-aac-eng.mp4",
        "Zoo [jNQXAC9IVRw].en-orig.vtt": "ladder-vtt-eng.vtt",
      },
      "Zoo [jNQXAC9IVRw].f137.mp4",
      [
        "Zoo [jNQXAC9IVRw].f137.mp4 video und",
        "Zoo [jNQXAC9IVRw].f140.m4a audio en",
        "Zoo [jNQXAC9IVRw].en-orig.vtt text en",
      ],
    ],
    [
      "three episodes",
      {
        "Show.s01e01.mp4": VIDEO.low,
        "Show.s01e02.mp4": VIDEO.low,
        "Show.s01e03.mp4": VIDEO.low,
        "Show.s01e02.en.vtt": "ladder-vtt-eng.vtt",
      },
      "Show.s01e02.mp4",
      ["Show.s01e02.mp4 video und", "Show.s01e02.en.vtt text en"],
    ],
    [
      "a dub with video, of which the audio is taken",
      {
        "film.en.mp4": "pair-avc-aac.mp4",
        "film.fr.mp4": "pair-avc-aac.mp4",
      },
      "film.en.mp4",
      [
        "film.en.mp4 video en",
        "film.en.mp4 audio en",
        "film.fr.mp4 audio fr",
      ],
    ],
    [
      "qualities that repeat the audio",
      {
        "a.mp4": "pair-avc-aac.mp4",
        "a-720p.mp4": "pair-avc-aac.mp4",
      },
      "a.mp4",
      ["a.mp4 video und", "a.mp4 audio und", "a-720p.mp4 video und"],
    ],
  ];

for (const [what, files, name, plays] of directories) {
  Deno.test(`handle() plays ${what}`, async () => {
    using server = createServer(files);
    assertEquals(await getFiles(server, name), plays);
  });
}

const broken: [what: string, name: string, content: string | Uint8Array, reason: string][] = [
  ["a broken quality", "film-720p.mp4", "no movie", "is left out: Cannot "],
  ["empty subtitles", "film.de.srt", "", "film.de.srt: "],
  ["audio without audio", "film.de.m4a", "", "film.de.m4a: is left out: "],
];

for (const [what, name, content, reason] of broken) {
  Deno.test(`handle() plays a film without ${what}`, async () => {
    using server = createServer({ "film.mp4": VIDEO.low, "film.fr.vtt": "ladder-vtt-fra.vtt" });
    server.files.write(`d/${name}`, content);
    const { renditions, warnings } = await getInfo(server, "film.mp4");
    const files = new Set(renditions.map(({ file }) => file));
    assertEquals([files.has("film.mp4"), files.has("film.fr.vtt")], [true, true]);
    assertStringIncludes(warnings.join("\n"), reason);
    assertStringIncludes(server.messages.join("\n"), reason);
  });
}

Deno.test("handle() leaves out a quality that lasts longer or shorter", async () => {
  using server = createServer({ "a.mp4": VIDEO.low, "a-720p.mp4": "test-avc-rotated.mp4" });
  assertEquals(await getFiles(server, "a.mp4"), ["a.mp4 video und"]);
  assertEquals((await getInfo(server, "a.mp4")).warnings, [
    "a-720p.mp4: is left out: it lasts 6 s, a.mp4 12 s, expected within 1 %",
  ]);
});

Deno.test("handle() takes no directories, and no links that are broken or lead outside", async () => {
  using server = createServer({ "film.mp4": VIDEO.low });
  server.files.write("../outside/x.vtt", "WEBVTT\n");
  server.files.link("../../outside/x.vtt", "d/film.fr.vtt");
  server.files.link("nowhere.vtt", "d/film.de.vtt");
  server.files.makeDirectory("d/film.en.vtt");
  server.files.write("d/.film.it.vtt", "WEBVTT\n");
  const { renditions, warnings } = await getInfo(server, "film.mp4");
  assertEquals(renditions.map(({ file }) => file), ["film.mp4"]);
  assertEquals(warnings, []);
});

Deno.test("handle() takes sidecars through links", async () => {
  using server = createServer({ "film.mp4": VIDEO.low });
  addMedia(server, "ladder-vtt-fra.vtt", "elsewhere/x.vtt");
  server.files.link("../elsewhere/x.vtt", "d/film.fr.vtt");
  assertEquals(await getFiles(server, "film.mp4"), ["film.mp4 video und", "film.fr.vtt text fr"]);
});

Deno.test("handle() takes the files of the root", async () => {
  using server = testApp();
  addMedia(server, VIDEO.low, "a.mp4");
  addMedia(server, "ladder-vtt-fra.vtt", "a.fr.vtt");
  const mpd = await getText(server, "/a.mp4/.mpd");
  assertStringIncludes(mpd, "caption_fra");
  assertNotEquals(mpd, await getText(server, "/a.mp4/.mpd?only"));
});

Deno.test("handle() takes no sidecars of another policy than their film", async () => {
  using server = createAccessServer([{ path: "/d/" }, { path: "/d/film.fr.vtt" }]);
  for (const name of ["film.mp4", "film.fr.vtt", "film.en.vtt"]) {
    addMedia(server, name === "film.mp4" ? VIDEO.low : "ladder-vtt-fra.vtt", `d/${name}`);
  }
  const mpd = await getText(server, `${PATH_TOKEN}/d/film.mp4/.mpd`);
  assertEquals(mpd.match(/caption_\w+/g)?.every((name) => name === "caption_eng"), true);
  assertEquals((await server.request("GET /d/film.mp4/.mpd")).status, 403);
});
