/** Players and browsers show title, poster and chapters of a package. */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { amspackager } from "./ams.ts";
import { openPlayerBrowser, withPlayerPage } from "./browser.ts";
import { SCHEMA, validateMpd } from "./mpd_schema.ts";
import type { PageDriver } from "./page_driver.ts";
import { LADDER_FILES, serveTestdata } from "./root.ts";

const TITLE = `Tom & "Jerry" <i>2</i>`;

const VTT = `WEBVTT

00:00.000 --> 00:04.000
Opening

00:04.000 --> 00:12.000
Café &amp; more
`;

/** Packages the ladder as `film.json`, with a poster of 320 × 180 pixels. */
async function prepare(root: string): Promise<void> {
  await Deno.mkdir(join(root, ".art"));
  const poster = join(root, ".art", "poster.png");
  const image = ["-f", "lavfi", "-i", "testsrc=size=320x180", "-frames:v", "1", poster];
  await new Deno.Command("ffmpeg", { args: ["-nostdin", "-loglevel", "error", ...image] })
    .output();
  await Deno.writeTextFile(join(root, "chapters.vtt"), VTT);
  const { videos, english, thumbnails } = LADDER_FILES;
  const inputs = [videos[0]!, english[0]!, thumbnails];
  await amspackager(
    root,
    ...["-o", "film.json", "-d", "2", "--title", TITLE, "--description", "They run."],
    ...["--poster", ".art/poster.png", "--chapters", "chapters.vtt", ...inputs],
  );
}

const served = serveTestdata(prepare, [], /^(ladder-|tone-aac-chapters)/);
const browser = openPlayerBrowser();

function playerTest(name: string, test: (driver: PageDriver) => Promise<void>): void {
  Deno.test(name, () => withPlayerPage(browser, name, test));
}

const CHAPTERS: [path: string, chapters: [start: number, end: number, title: string][]][] = [
  ["film.json/.m3u8", [[0, 4, "Opening"], [4, 12, "Café & more"]]],
  ["film.json/ts.m3u8", [[0, 4, "Opening"], [4, 12, "Café & more"]]],
  ["film.json/.m3u8?start=2&end=6", [[0, 2, "Opening"], [2, 4, "Café & more"]]],
  ["tone-aac-chapters.m4a/.m3u8", [
    [0, 1.5, "Opening"],
    [1.5, 4, "Café & “more” <b>"],
    [4, 6, "The end"],
  ]],
];

for (const [path, expected] of CHAPTERS) {
  playerTest(`shaka-player has the chapters of ${path}`, async (driver) => {
    await driver.load("shaka", `${served.ams.url}/${path}`, 4);
    assertEquals(await driver.chapters(), expected);
  });
}

playerTest("hls.js has the session data", async (driver) => {
  await driver.load("hlsjs", `${served.ams.url}/film.json/.m3u8`, 4);
  const data = await driver.sessionData();
  const values = Object.entries(data).map(([id, { VALUE, URI }]) => [id, VALUE ?? URI]);
  assertEquals(values, [
    ["com.apple.hls.title", "Tom & 'Jerry' <i>2</i>"],
    ["com.apple.hls.description", "They run."],
    ["com.apple.hls.chapters", "chapters.json"],
  ]);
});

playerTest(
  "Chromium has the chapters of chapters.vtt, and shows poster and thumbnails",
  async () => {
    const page = await browser.context.newPage();
    try {
      await page.goto(`${served.ams.url}/film.json/`);
      const found = await page.evaluate(SHOW);
      assertEquals(found, {
        poster: [320, 180],
        thumbnail: [160, 90],
        cues: [[0, 4, "Opening"], [4, 12, "Café & more"]],
      });
    } finally {
      await page.close();
    }
  },
);

/** Loads two images and a track of chapters. */
const SHOW = `(async () => {
  const size = async (src) => {
    const image = Object.assign(new Image(), { src });
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
  };
  const track = document.createElement("track");
  Object.assign(track, { kind: "chapters", src: "chapters.vtt" });
  const loaded = new Promise((resolve, reject) => {
    track.onload = resolve;
    track.onerror = reject;
  });
  document.createElement("video").append(track);
  track.track.mode = "hidden";
  await loaded;
  return {
    poster: await size("poster"),
    thumbnail: await size("thumbnail.jpg?t=5"),
    cues: [...track.track.cues].map((cue) => {
      return [cue.startTime, cue.endTime, cue.getCueAsHTML().textContent];
    }),
  };
})()`;

Deno.test("the MPD has the title, and is valid", async () => {
  const text = await (await fetch(`${served.ams.url}/film.json/.mpd`)).text();
  assertMatch(text, /<Title>Tom &amp; &quot;Jerry&quot; &lt;i&gt;2&lt;\/i&gt;<\/Title>/);
  if (SCHEMA) assertEquals(await validateMpd(text, SCHEMA), "");
});
