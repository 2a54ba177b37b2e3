/** Players tell regions and scripts of one language apart, and know the language of audio without a playlist of its own. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { amspackager } from "./ams.ts";
import { openPlayerBrowser, withPlayers } from "./browser.ts";
import { eventually, HLS_PLAYERS } from "./page_driver.ts";
import { BEYOND_END } from "./player_scenarios.ts";
import { serveTestdata } from "./root.ts";

const REGIONS = "regions.json";
const MUXED = "muxed.json";
const AUDIO_ONLY = "audio-only.json";
const BITRATES = "bitrates.json";

const served = serveTestdata(async (root) => {
  await Deno.copyFile(join(root, "ladder-vtt-eng.vtt"), join(root, "film.zh-Hans.vtt"));
  await Deno.copyFile(join(root, "ladder-vtt-fra.vtt"), join(root, "film.zh_Hant.vtt"));
  const video = ["-d", "2", "-i", "ladder-avc-240p.mp4"];
  const brazil = ["-i", "ladder-aac-eng.mp4", "-l", "pt-BR"];
  const portugal = ["-i", "ladder-aac-fra.mp4", "-l", "pt-PT"];
  const subtitles = ["-i", "film.zh-Hans.vtt", "-i", "film.zh_Hant.vtt"];
  await amspackager(root, "-o", REGIONS, ...video, ...brazil, ...portugal, ...subtitles);
  await amspackager(root, "-o", MUXED, ...video, ...brazil);
  await amspackager(root, "-o", AUDIO_ONLY, "-d", "2", ...brazil);
  const other = ["-i", "ladder-aac-fra.mp4", "-l", "pt-BR"];
  await amspackager(root, "-o", BITRATES, "-d", "2", ...brazil, ...other);
});
const browser = openPlayerBrowser();

const BUFFER_GOAL = 4;

/** Pitch of the audio by language, in hertz. */
const PITCHES = { "pt-BR": 440, "pt-PT": 660 };

const manifests: [manifest: string, players: string[]][] = [
  [".mpd", ["dashjs", "shaka", "rxplayer"]],
  ["master.m3u8", [...HLS_PLAYERS]],
  ["ts.m3u8", [...HLS_PLAYERS]],
  ["Manifest", ["rxplayer"]],
];

for (const [manifest, players] of manifests) {
  Deno.test(`${players.join(", ")}: select regions and scripts of ${manifest}`, () =>
    withPlayers(browser, { players, name: `regions ${manifest}` }, async (driver, player) => {
      await driver.load(player, `${served.ams.url}/${REGIONS}/${manifest}`, BUFFER_GOAL);
      assertEquals((await driver.audioLanguages()).sort(), ["pt-BR", "pt-PT"]);
      const scripts = (await driver.textLanguages()).map((tag) => tag.toLowerCase());
      assertEquals(scripts.sort(), ["zh-hans", "zh-hant"]); // shaka-player writes zh-HANS
      await driver.play();
      for (const [language, hertz] of Object.entries(PITCHES)) {
        await driver.seek(1);
        await driver.selectAudio(language);
        await eventually(driver.measurePitch, (pitch) => Math.abs(pitch - hertz) < 10);
      }
      assertEquals((await driver.state()).errors, []);
    }));
}

const single: [file: string, manifest: string][] = [
  [MUXED, "ts.m3u8"],
  [AUDIO_ONLY, "master.m3u8"],
  [AUDIO_ONLY, "ts.m3u8"],
  [BITRATES, "master.m3u8"],
];

for (const [file, manifest] of single) {
  const name = `play ${file}/${manifest}, whose audio has no playlist of its own, to the end`;
  Deno.test(`hls.js, shaka: ${name}`, () =>
    withPlayers(browser, { players: HLS_PLAYERS, name }, async (driver, player) => {
      await driver.load(player, `${served.ams.url}/${file}/${manifest}`, BUFFER_GOAL);
      await driver.play();
      await eventually(driver.measurePitch, (pitch) => pitch > 400);
      await driver.seek(10);
      await driver.play();
      await driver.reach(BEYOND_END);
      assertEquals((await driver.state()).errors, []);
      assertEquals([...new Set(await driver.audioLanguages())], ["pt-BR"]);
    }));
}
