/** Three languages, two of them of one label, a commentary, a description and four texts: every player lists all, apart. */

import { assertEquals } from "@std/assert";
import { openPlayerBrowser, withPlayers } from "./browser.ts";
import { CAPTIONS, CHOICES, packageChoices, SOUNDS, TEXTS } from "./many_tracks.ts";
import { serveTestdata } from "./root.ts";
import { eventually, type PageDriver } from "./page_driver.ts";

const served = serveTestdata(packageChoices);
const browser = openPlayerBrowser();

interface Lists {
  /** In the order of `SOUNDS`. */
  readonly sounds: readonly string[];
  readonly texts: readonly string[];
}

/** What DASH and HLS say in words. */
const TITLES: Lists = {
  sounds: [
    "Film",
    "Film (French)",
    "German",
    "English (Commentary)",
    "English (Audio Description)",
  ],
  texts: ["English", "French", "English (Forced)", "English (SDH)"],
};

/** Smooth Streaming has no labels: streams have names, which dash.js shows. */
const STREAMS: Lists = {
  sounds: ["audio_eng", "audio_fra", "audio_deu", "audio_eng_commentary", "audio_eng_description"],
  texts: ["text_eng", "text_fra", "text_eng_forced", "text_eng_caption"],
};

/** RxPlayer knows streams by their languages. */
const LANGUAGES: Lists = {
  sounds: ["eng", "fra", "deu", "eng-x-comment", "eng-x-describe"],
  texts: ["eng", "fra", "eng-x-forced", "eng-x-sdh"],
};

/** What is heard unasked: the default; or what shaka-player takes for the browser, which is English. In hertz. */
const DEFAULT = 660;
const ENGLISH = 440;

/** Manifests, and the players that each is tried in: what they list, and what is heard first. */
const cases: [manifest: string, players: Record<string, readonly [lists: Lists, first: number]>][] =
  [
    [".mpd", {
      dashjs: [TITLES, DEFAULT],
      shaka: [TITLES, ENGLISH],
      rxplayer: [TITLES, DEFAULT],
    }],
    ["master.m3u8", { hlsjs: [TITLES, DEFAULT], shaka: [TITLES, ENGLISH] }],
    ["ts.m3u8", { hlsjs: [TITLES, DEFAULT] }],
    ["Manifest", {
      dashjs_smooth: [STREAMS, ENGLISH], // takes what it thinks most efficient
      rxplayer: [LANGUAGES, DEFAULT],
    }],
  ];

/** How much is loaded ahead, in seconds: of a text that is chosen late, something is still to be loaded. */
const LITTLE = 3;

for (const [manifest, lists] of cases) {
  const players = Object.keys(lists);
  const name = `${players.join(", ")}: list and play all sounds and texts of ${manifest}`;
  Deno.test(
    name,
    () =>
      withPlayers(browser, { players, name: `lists of ${manifest}` }, async (driver, player) => {
        const [{ sounds, texts }, first] = lists[player]!;
        await driver.load(player, `${served.ams.url}/${CHOICES}/${manifest}`, LITTLE);
        assertEquals((await driver.audioNames()).sort(), [...sounds].sort());
        assertEquals((await driver.textNames()).sort(), [...texts].sort());
        await hears(driver, first);
        await driver.play(); // dash.js adds cues while it plays
        for (const [i, { cue }] of TEXTS.entries()) {
          await driver.selectTextNamed(texts[i]!);
          await eventually(() => shown(driver, player), (shown) => shown === cue);
          await driver.seek(1);
        }
        for (const [i, { hertz }] of SOUNDS.entries()) {
          await driver.seek(1);
          await driver.selectAudioNamed(sounds[i]!);
          await hears(driver, hertz);
        }
        assertEquals((await driver.state()).errors, []);
      }),
  );
}

function hears(driver: PageDriver, hertz: number): Promise<number> {
  return eventually(driver.measurePitch, (pitch) => Math.abs(pitch - hertz) < 10);
}

/** The text over the picture: drawn by the player, or by the browser. */
async function shown(driver: PageDriver, player: string): Promise<string> {
  if (/rxplayer|smooth/.test(player)) return await driver.captions();
  return [...new Set(await driver.activeCues())].join();
}

for (const manifest of [".mpd", "master.m3u8"]) {
  Deno.test(`shaka-player lists the captions that the package says of ${manifest}`, () =>
    withPlayers(
      browser,
      { players: ["shaka"], name: `captions of ${manifest}` },
      async (driver) => {
        await driver.load("shaka", `${served.ams.url}/${CAPTIONS}/${manifest}`, LITTLE);
        assertEquals((await driver.textLanguages()).sort(), ["en", "es"]);
      },
    ));
}
