/** Players show subtitles of every input format and output format. */

import { assertEquals } from "@std/assert";
import { CUES, SUBTITLE_FIXTURES, VIDEO_FILE, writeSubtitleFixtures } from "../subtitle_files.ts";
import { amspackager } from "./ams.ts";
import { openPlayerBrowser, withPlayerPage } from "./browser.ts";
import { serveTestdata } from "./root.ts";
import { BEYOND_END } from "./player_scenarios.ts";
import { type Cue, eventually, type PageDriver } from "./page_driver.ts";

/** Subtitle file of each package. */
const FILES = {
  srt: "cues.en.srt",
  ttml: "cues.ttml",
  tx3g: "tx3g.mp4",
  wvtt: "wvtt.mp4",
  stpp: "stpp.mp4",
};

const served = serveTestdata(async (root) => {
  await writeSubtitleFixtures(root);
  for (const [name, text] of Object.entries(FILES)) {
    await amspackager(root, "-o", `${name}.json`, "-d", "2", "-i", VIDEO_FILE, "-i", text);
  }
});
const browser = openPlayerBrowser();

/** The tracks declare none. */
const LANGUAGES = { ttml: "en", tx3g: "und", wvtt: "und" };

/** Players, manifests with one subtitle track, and its language. */
const CASES: readonly (readonly [
  player: string,
  manifest: `${keyof typeof FILES}.json/${string}`,
  language: string,
])[] = [
  ["dashjs", "srt.json/.mpd", "en"],
  ["dashjs", "srt.json/wvtt.mpd", "en"],
  ["dashjs", "stpp.json/wvtt.mpd", "de"],
  ["shaka", "srt.json/.mpd", "en"],
  ["shaka", "srt.json/wvtt.mpd", "en"],
  ["shaka", "stpp.json/.mpd", "de"],
  ["shaka", "srt.json/.m3u8", "en"],
  ["shaka", "stpp.json/.m3u8", "de"],
  ["hlsjs", "srt.json/.m3u8", "en"],
  ["hlsjs", "stpp.json/.m3u8", "de"],
  ...(["ttml", "tx3g", "wvtt"] as const).flatMap((name) =>
    [
      ["dashjs", `${name}.json/.mpd`, LANGUAGES[name]],
      ["shaka", `${name}.json/wvtt.mpd`, LANGUAGES[name]],
      ["hlsjs", `${name}.json/.m3u8`, LANGUAGES[name]],
    ] as const
  ),
];

for (const [player, manifest, language] of CASES) {
  const name = `${player} shows the cues of ${manifest}`;
  Deno.test(name, () =>
    withPlayerPage(browser, name, async (driver) => {
      await driver.load(player, `${served.ams.url}/${manifest}`, 2);
      assertEquals(await driver.textLanguages(), [language]);
      await driver.play(); // dash.js adds cues during playback
      await driver.selectText(language);
      await driver.loadAhead(BEYOND_END);
      const end = CUES.at(-1)!.end / 1000;
      const cues = await eventually(driver.cues, (cues) => cues.some((cue) => near(cue.end, end)));
      assertEquals(wholeCues(cues), expected(manifest.split(".")[0] as keyof typeof FILES));
      assertEquals((await driver.state()).errors, []);
    }));
}

/** Tolerance: hls.js computes times from that of the first video frame; dash.js and the browser round them. */
function near(a: number, b: number): boolean {
  return Math.abs(a - b) < 0.0015;
}

function expected(name: keyof typeof FILES): Cue[] {
  const { cues } = SUBTITLE_FIXTURES.find(({ file }) => file === FILES[name])!;
  return cues.map(({ start, end, text }) => ({
    start: start / 1000,
    end: end / 1000,
    text: shown(text),
  }));
}

/** Pieces that abut, or that come again in the next segment, put together; times to the millisecond. */
function wholeCues(pieces: readonly Cue[]): Cue[] {
  const cues: Cue[] = [];
  for (const { start, end, text } of [...pieces].sort((a, b) => a.start - b.start)) {
    const before = cues.findLast((cue) => cue.text === text && start <= cue.end + 0.0015);
    if (before) Object.assign(before, { end: Math.max(before.end, end) });
    else cues.push({ start, end, text });
  }
  return cues.map(({ start, end, text }) => ({
    start: rounded(start),
    end: rounded(end),
    text: shown(text),
  }));
}

/** shaka-player, and hls.js of TTML, give `<` to the browser as if a tag started there. */
function shown(text: string): string {
  return text.replace(/<more>/, "").replace(/\s+/g, " ");
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

Deno.test("dash.js renders the documents of stpp.json/.mpd", () =>
  withPlayerPage(browser, "dash.js renders documents", async (driver: PageDriver) => {
    await driver.load("dashjs_ttml", `${served.ams.url}/stpp.json/.mpd`, BEYOND_END);
    assertEquals(await driver.textLanguages(), ["de"]);
    await driver.play(); // dash.js loads subtitles during playback
    await driver.selectText("de");
    for (const { start, end, text } of [CUES[0]!, CUES[3]!]) {
      await driver.seek((start + end) / 2000);
      const drawn = await eventually(driver.captions, (drawn) => drawn !== "");
      assertEquals(drawn, shown(text));
    }
    assertEquals((await driver.state()).errors, []);
  }));

for (const player of ["dashjs_ttml", "shaka", "rxplayer"]) {
  const name = `${player} plays to the end of multi-avc-stpp.mp4, whose TTML ends before`;
  Deno.test(name, () =>
    withPlayerPage(browser, name, async (driver) => {
      await driver.load(player, `${served.ams.url}/multi-avc-stpp.mp4/.mpd`, BEYOND_END);
      await driver.play();
      const [track] = await driver.textNames();
      await driver.selectTextNamed(track!);
      await driver.seek(3);
      await driver.reach(BEYOND_END);
      const { errors, stalls, ended } = await driver.state();
      assertEquals({ errors, stalls, ended }, { errors: [], stalls: [], ended: true });
    }));
}
