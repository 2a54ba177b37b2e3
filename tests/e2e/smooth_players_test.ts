/** The ladder in dash.js and RxPlayer as Smooth Streaming, from start to end, with seeks, switches and subtitles. */

import { assertEquals } from "@std/assert";
import { onPage, openCinema } from "./browser.ts";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";
import { ALL, SCENES } from "./scenes.ts";
import { eventually, type Stage } from "./stage.ts";

const PLAYERS = ["dashjs_smooth", "rxplayer"];

const served = serveTestdata(packageLadder);
const cinema = openCinema();

/** A test on a page of its own, with the ladder loaded. */
function ladderTest(does: string, bufferGoal: number, test: (stage: Stage) => Promise<void>) {
  for (const player of PLAYERS) {
    const name = `${player} ${does} as Smooth Streaming`;
    Deno.test(name, () =>
      onPage(cinema, name, async (stage) => {
        await stage.load(player, url("Manifest"), bufferGoal);
        await test(stage);
      }));
  }
}

function url(name: string): string {
  return `${served.ams.url}/${LADDER}/${name}`;
}

/** Players draw TTML by themselves, so there are no cues of the browser to look at. */
const BY_CUES = "shows the subtitles";

for (const { does, bufferGoal, play } of SCENES.filter(({ does }) => does !== BY_CUES)) {
  ladderTest(does, bufferGoal, (stage) => play(stage, url(".mpd")));
}

/** Times just before and after something changes, and the borders of fragments, and what is drawn then. In seconds. */
const DRAWN: Record<string, readonly (readonly [text: string, ...times: number[]])[]> = {
  fr: [
    ["", 0.4],
    ["Le premier sous-titre, déjà à cheval sur deux segments.", 0.6, 1.9, 2.1, 2.4],
    ["Celui-ci s’affiche en haut : « Ça va ? »", 2.6, 3.9],
    ["", 4.1, 6, 7.9],
    ["Après un silence de quatre secondes.", 8.1, 9.9],
    ["Fin.", 10.1, 11.9],
  ],
  en: [
    ["The first cue starts at zero.", 0.1, 1.4],
    ["This one crosses the boundary at two seconds & the one at four.", 1.6, 1.9, 2.1, 2.9],
    ["Who is there? The engine!", 4.6, 4.9],
    ["Without hours; italics, bold, 1 < 2.", 6.1, 6.9],
    ["Over two boundaries, upright.", 8.1, 9.9, 10.9],
  ],
};

ladderTest("draws the subtitles when they are due", ALL, async (stage) => {
  assertEquals((await stage.textLanguages()).sort(), ["en", "fr"]);
  await stage.play(); // dash.js loads text while it plays
  for (const [language, texts] of Object.entries(DRAWN)) {
    await stage.selectText(language);
    await eventually(stage.captions, (drawn) => drawn !== "");
    await stage.pause();
    for (const [text, ...times] of texts) {
      for (const time of times) {
        await stage.seek(time);
        await eventually(stage.captions, (drawn) => drawn === text);
      }
    }
  }
  assertEquals((await stage.state()).errors, []);
});
