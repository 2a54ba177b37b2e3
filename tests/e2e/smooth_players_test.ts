/** dash.js and RxPlayer play the package as Smooth Streaming, with seeks, switches and subtitles. */

import { assertEquals } from "@std/assert";
import { packageFiles } from "../serve.ts";
import { openPlayerBrowser, withPlayers } from "./browser.ts";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";
import { BEYOND_END, PLAYER_SCENARIOS } from "./player_scenarios.ts";
import { eventually, type PageDriver } from "./page_driver.ts";

const PLAYERS = ["dashjs_smooth", "rxplayer"];

/** Package with StreamIndexes of HEVC, AC-3 and E-AC-3, which neither player supports. */
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

/** Defines a test of each player on a new page, with the package loaded. */
function ladderTest(does: string, bufferGoal: number, test: (driver: PageDriver) => Promise<void>) {
  const name = `${does} as Smooth Streaming`;
  Deno.test(`dash.js and RxPlayer: ${name}`, () =>
    withPlayers(browser, { players: PLAYERS, name }, async (driver, player) => {
      await driver.load(player, url("Manifest"), bufferGoal);
      await test(driver);
    }));
}

function url(name: string): string {
  return `${served.ams.url}/${LADDER}/${name}`;
}

/** Scenario that reads cues of the browser: players render TTML themselves. */
const CUE_SCENARIO = "shows the subtitles";

for (
  const { name, bufferGoal, run } of PLAYER_SCENARIOS.filter(({ name }) => name !== CUE_SCENARIO)
) {
  ladderTest(name, bufferGoal, (driver) => run(driver, url(".mpd")));
}

/** Displayed text, with times just before and after changes and fragment boundaries, in seconds. */
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
 * dash.js renders a cue when playback reaches it, but not when it is loaded later. So while paused, the test seeks again
 * from another time after this many polls.
 */
const POLLS_BETWEEN_SEEKS = 20;
const OTHER_TIME = 5.5;

ladderTest("render the subtitles at their times", BEYOND_END, async (driver) => {
  assertEquals((await driver.textLanguages()).sort(), ["en", "fr"]);
  for (const [language, texts] of Object.entries(DRAWN)) {
    await driver.seek(0);
    await driver.play(); // dash.js loads subtitles during playback
    await driver.selectText(language);
    await eventually(driver.captions, (drawn) => drawn !== "");
    await driver.pause();
    for (const [text, ...times] of texts) {
      for (const time of times) {
        let polls = 0;
        await eventually(async () => {
          if (polls > 0 && polls % POLLS_BETWEEN_SEEKS === 0) await driver.seek(OTHER_TIME);
          if (polls++ % POLLS_BETWEEN_SEEKS === 0) await driver.seek(time);
          return await driver.captions();
        }, (drawn) => drawn === text);
      }
    }
  }
  assertEquals((await driver.state()).errors, []);
});

Deno.test("dash.js and RxPlayer: play the supported tracks of a package with others", () =>
  withPlayers(browser, { players: PLAYERS, name: MIXED }, async (driver, player) => {
    await driver.load(player, `${served.ams.url}/${MIXED}/Manifest`, BEYOND_END);
    assertEquals(await driver.heights(), [240]);
    assertEquals(await driver.audioLanguages(), ["en"]);
    await driver.play();
    await driver.seek(10);
    await driver.reach(BEYOND_END);
    const { errors, stalls, ended } = await driver.state();
    assertEquals({ errors, stalls, ended }, { errors: [], stalls: [], ended: true });
  }));
