/** Subtitles of other forms than WebVTT files, as players show them: wvtt in DASH, IMSC1 in DASH and HLS, SubRip in HLS. */

import { assertEquals } from "@std/assert";
import { CUES, OVERLAPPING, PICTURE, writeTexts } from "../texts.ts";
import { amspackager } from "./ams.ts";
import { onPage, openCinema } from "./browser.ts";
import { serveTestdata } from "./root.ts";
import { ALL } from "./scenes.ts";
import { type Cue, eventually, type Stage } from "./stage.ts";

const served = serveTestdata(async (root) => {
  await writeTexts(root);
  for (const [name, text] of [["srt.json", "cues.en.srt"], ["stpp.json", "stpp.mp4"]] as const) {
    await amspackager(root, "-o", name, "-d", "2", "-i", PICTURE, "-i", text);
  }
});
const cinema = openCinema();

/** Players, and the manifests that they are given; each has one text. */
const CASES: readonly (readonly [player: string, manifest: string, language: string])[] = [
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
];

for (const [player, manifest, language] of CASES) {
  const name = `${player} shows the cues of ${manifest}`;
  Deno.test(name, () =>
    onPage(cinema, name, async (stage) => {
      await stage.load(player, `${served.ams.url}/${manifest}`, 2);
      assertEquals(await stage.textLanguages(), [language]);
      await stage.play(); // dash.js adds cues while it plays
      await stage.selectText(language);
      await stage.loadAhead(ALL);
      const end = CUES.at(-1)!.end / 1000;
      const cues = await eventually(stage.cues, (cues) => cues.some((cue) => near(cue.end, end)));
      assertEquals(wholeCues(cues), EXPECTED);
      assertEquals((await stage.state()).errors, []);
    }));
}

/** hls.js counts times from the first picture's, as seconds; dash.js and the browser round them. */
function near(a: number, b: number): boolean {
  return Math.abs(a - b) < 0.0015;
}

const EXPECTED: Cue[] = [...CUES.slice(0, 2), OVERLAPPING, ...CUES.slice(2)].map((
  { start, end, text },
) => ({ start: start / 1000, end: end / 1000, text: shown(text) }));

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

Deno.test("dash.js draws the documents of stpp.json/.mpd", () =>
  onPage(cinema, "dash.js draws documents", async (stage: Stage) => {
    await stage.load("dashjs_ttml", `${served.ams.url}/stpp.json/.mpd`, ALL);
    assertEquals(await stage.textLanguages(), ["de"]);
    await stage.play(); // dash.js loads text while it plays
    await stage.selectText("de");
    for (const { start, end, text } of [CUES[0]!, CUES[3]!]) {
      await stage.seek((start + end) / 2000);
      const drawn = await eventually(stage.captions, (drawn) => drawn !== "");
      assertEquals(drawn, shown(text));
    }
    assertEquals((await stage.state()).errors, []);
  }));
