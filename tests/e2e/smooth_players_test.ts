/** The ladder in dash.js and RxPlayer as Smooth Streaming, from start to end, with seeks, switches and subtitles. */

import { assertEquals } from "@std/assert";
import { packageFiles } from "../serve.ts";
import { openPlayerBrowser, withPlayerPage } from "./browser.ts";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";
import { BEYOND_END, PLAYER_SCENARIOS } from "./player_scenarios.ts";
import { eventually, type PageDriver } from "./page_driver.ts";

const PLAYERS = ["dashjs_smooth", "rxplayer"];

/** A package whose StreamIndexes of HEVC, AC-3 and E-AC-3 neither player knows. */
const MIXED = "mixed.json";
const MIXED_FILES = [
  ...["tone-eac3-stereo.mp4", "test-hevc-hvc1.mp4", "tone-ac3-surround.mp4"],
  ...["ladder-avc-240p.mp4", "ladder-aac-eng.mp4"],
];

const served = serveTestdata(async (root) => {
  await packageLadder(root);
  await packageFiles(root, MIXED, { files: MIXED_FILES });
});
const browser = openPlayerBrowser();

/** A test on a page of its own, with the ladder loaded. */
function ladderTest(does: string, bufferGoal: number, test: (driver: PageDriver) => Promise<void>) {
  for (const player of PLAYERS) {
    const name = `${player} ${does} as Smooth Streaming`;
    Deno.test(name, () =>
      withPlayerPage(browser, name, async (driver) => {
        await driver.load(player, url("Manifest"), bufferGoal);
        await test(driver);
      }));
  }
}

function url(name: string): string {
  return `${served.ams.url}/${LADDER}/${name}`;
}

/** Players draw TTML by themselves, so there are no cues of the browser to look at. */
const CUE_SCENARIO = "shows the subtitles";

for (
  const { name, bufferGoal, run } of PLAYER_SCENARIOS.filter(({ name }) => name !== CUE_SCENARIO)
) {
  ladderTest(name, bufferGoal, (driver) => run(driver, url(".mpd")));
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

/**
 * dash.js draws a text when the video comes to it, and not one that is loaded later: while it pauses, a seek is made again,
 * from elsewhere, after so many looks.
 */
const POLLS_BETWEEN_SEEKS = 20;
const OTHER_TIME = 5.5;

ladderTest("draws the subtitles when they are due", BEYOND_END, async (driver) => {
  assertEquals((await driver.textLanguages()).sort(), ["en", "fr"]);
  for (const [language, texts] of Object.entries(DRAWN)) {
    await driver.seek(0);
    await driver.play(); // dash.js loads text while it plays
    await driver.selectText(language);
    await eventually(driver.captions, (drawn) => drawn !== "");
    await driver.pause();
    for (const [text, ...times] of texts) {
      for (const time of times) {
        let asked = 0;
        await eventually(async () => {
          if (asked > 0 && asked % POLLS_BETWEEN_SEEKS === 0) await driver.seek(OTHER_TIME);
          if (asked++ % POLLS_BETWEEN_SEEKS === 0) await driver.seek(time);
          return await driver.captions();
        }, (drawn) => drawn === text);
      }
    }
  }
  assertEquals((await driver.state()).errors, []);
});

for (const player of PLAYERS) {
  const name = `${player} plays what it knows of a package that holds more`;
  Deno.test(name, () =>
    withPlayerPage(browser, name, async (driver) => {
      await driver.load(player, `${served.ams.url}/${MIXED}/Manifest`, BEYOND_END);
      assertEquals(await driver.heights(), [240]);
      assertEquals(await driver.audioLanguages(), ["en"]);
      await driver.play();
      await driver.seek(10);
      await driver.reach(BEYOND_END);
      const { errors, stalls, ended } = await driver.state();
      assertEquals({ errors, stalls, ended }, { errors: [], stalls: [], ended: true });
    }));
}
