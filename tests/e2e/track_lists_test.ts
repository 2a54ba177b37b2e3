/** Every player lists all tracks of a package with unique names. */

import { assertEquals } from "@std/assert";
import { openPlayerBrowser, withPlayers } from "./browser.ts";
import {
  AUDIO_TRACKS,
  CAPTIONS,
  MANY_TRACKS,
  packageManyTracks,
  SUBTITLE_TRACKS,
} from "./many_tracks.ts";
import { serveTestdata } from "./root.ts";
import { eventually, type PageDriver } from "./page_driver.ts";

const served = serveTestdata(packageManyTracks);
const browser = openPlayerBrowser();

interface TrackLists {
  /** In the order of `AUDIO_TRACKS`. */
  readonly audio: readonly string[];
  readonly subtitles: readonly string[];
}

/** Labels in DASH and HLS. */
const LABELS: TrackLists = {
  audio: [
    "Film",
    "Film (Français)",
    "Deutsch",
    "English (Commentary)",
    "English (Audio Description)",
  ],
  subtitles: ["English", "Français", "English (Forced)", "English (SDH)"],
};

/** Names of Smooth streams, which dash.js shows since there are no labels. */
const STREAM_NAMES: TrackLists = {
  audio: ["audio_eng", "audio_fra", "audio_deu", "audio_eng_commentary", "audio_eng_description"],
  subtitles: ["text_eng", "text_fra", "text_eng_forced", "text_eng_caption"],
};

/** Languages, by which RxPlayer lists streams. */
const LANGUAGES: TrackLists = {
  audio: ["eng", "fra", "deu", "eng-x-comment", "eng-x-describe"],
  subtitles: ["eng", "fra", "eng-x-forced", "eng-x-sdh"],
};

/** Initial audio: the default, or English, which shaka-player selects for the browser. In hertz. */
const DEFAULT_HERTZ = 660;
const ENGLISH_HERTZ = 440;

/** Manifests, with the names and the initial audio of each player. */
const cases: [
  manifest: string,
  players: Record<string, readonly [lists: TrackLists, first: number]>,
][] = [
  [".mpd", {
    dashjs: [LABELS, DEFAULT_HERTZ],
    shaka: [LABELS, ENGLISH_HERTZ],
    rxplayer: [LABELS, DEFAULT_HERTZ],
  }],
  ["master.m3u8", { hlsjs: [LABELS, DEFAULT_HERTZ], shaka: [LABELS, ENGLISH_HERTZ] }],
  ["ts.m3u8", { hlsjs: [LABELS, DEFAULT_HERTZ] }],
  ["Manifest", {
    dashjs_smooth: [STREAM_NAMES, ENGLISH_HERTZ], // prefers the most efficient stream
    rxplayer: [LANGUAGES, DEFAULT_HERTZ],
  }],
];

/** In seconds: small, so that subtitles selected later are not loaded yet. */
const BUFFER_GOAL = 3;

for (const [manifest, lists] of cases) {
  const players = Object.keys(lists);
  const name = `${players.join(", ")}: list and play all audio and subtitles of ${manifest}`;
  Deno.test(
    name,
    () =>
      withPlayers(browser, { players, name: `lists of ${manifest}` }, async (driver, player) => {
        const [{ audio, subtitles }, first] = lists[player]!;
        await driver.load(player, `${served.ams.url}/${MANY_TRACKS}/${manifest}`, BUFFER_GOAL);
        assertEquals((await driver.audioNames()).sort(), [...audio].sort());
        assertEquals((await driver.textNames()).sort(), [...subtitles].sort());
        await waitForPitch(driver, first);
        await driver.play(); // dash.js adds cues during playback
        for (const [i, { cue }] of SUBTITLE_TRACKS.entries()) {
          await driver.selectTextNamed(subtitles[i]!);
          await eventually(() => getDisplayedText(driver, player), (shown) => shown === cue);
          await driver.seek(1);
        }
        for (const [i, { hertz }] of AUDIO_TRACKS.entries()) {
          await driver.seek(1);
          await driver.selectAudioNamed(audio[i]!);
          await waitForPitch(driver, hertz);
        }
        assertEquals((await driver.state()).errors, []);
      }),
  );
}

function waitForPitch(driver: PageDriver, hertz: number): Promise<number> {
  return eventually(driver.measurePitch, (pitch) => Math.abs(pitch - hertz) < 10);
}

/** Displayed subtitles, rendered by the player or by the browser. */
async function getDisplayedText(driver: PageDriver, player: string): Promise<string> {
  if (/rxplayer|smooth/.test(player)) return await driver.captions();
  return [...new Set(await driver.activeCues())].join();
}

for (const manifest of [".mpd", "master.m3u8"]) {
  Deno.test(`shaka-player lists the captions declared in ${manifest}`, () =>
    withPlayers(
      browser,
      { players: ["shaka"], name: `captions of ${manifest}` },
      async (driver) => {
        await driver.load("shaka", `${served.ams.url}/${CAPTIONS}/${manifest}`, BUFFER_GOAL);
        assertEquals((await driver.textLanguages()).sort(), ["en", "es"]);
      },
    ));
}
