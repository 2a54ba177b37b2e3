/** The ladder in hls.js and shaka-player over HLS: all of it, and each rendition by itself, in fMP4 and in MPEG-TS. */

import { openPlayerBrowser, withPlayers } from "./browser.ts";
import { assertPlayedWell, fetchMpd, waitUntilBuffered } from "./buffered.ts";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";
import { BEYOND_END, checkThumbnails, PLAYER_SCENARIOS } from "./player_scenarios.ts";
import { HLS_PLAYERS, type PageDriver } from "./page_driver.ts";

/**
 * The forms of HLS: their multivariant playlists, and how those of their renditions end. Transport streams have no
 * presentation time: players let them start at a decode time, which is 0.08 s before the ladder's first picture. Of them
 * the first scene is left out, to save time: the one with switches also goes from start to end.
 */
const SEGMENT_FORMATS = [
  { form: "fMP4", main: "master.m3u8", extension: "m3u8", skipped: 0 },
  { form: "MPEG-TS", main: "ts.m3u8", extension: "ts.m3u8", tolerance: 0.1, skipped: 1 },
];

const served = serveTestdata(packageLadder);
const browser = openPlayerBrowser();

function url(name: string): string {
  return `${served.ams.url}/${LADDER}/${name}`;
}

for (const { form, main, extension, tolerance, skipped } of SEGMENT_FORMATS) {
  for (const { name: scenario, bufferGoal, run } of PLAYER_SCENARIOS.slice(skipped)) {
    const name = `${scenario} over HLS in ${form}`;
    Deno.test(`hls.js and shaka-player: ${name}`, () =>
      withPlayers(browser, { players: HLS_PLAYERS, name }, async (driver, player) => {
        await driver.load(player, url(main), bufferGoal);
        await run(driver, url(".mpd"), tolerance);
      }));
  }

  Deno.test(`hls.js and shaka-player: play each rendition by itself in ${form}`, async (t) => {
    const representations = await fetchMpd(url(".mpd"));
    for (const { id, mimeType } of representations) {
      if (!/^(video|audio)/.test(mimeType)) continue;
      const playlist = `${id}.${extension}`;
      await t.step(
        id,
        () =>
          withPlayers(browser, { players: HLS_PLAYERS, name: playlist }, async (driver, player) => {
            await driver.load(player, url(playlist), BEYOND_END);
            await playEnd(driver, tolerance);
          }),
      );
    }
  });
}

async function playEnd(driver: PageDriver, tolerance: number | undefined): Promise<void> {
  const { duration } = await waitUntilBuffered(driver, url(".mpd"), tolerance);
  await driver.seek(duration - 1);
  await driver.play();
  await driver.reach(BEYOND_END);
  await assertPlayedWell(driver, url(".mpd"), tolerance);
}

Deno.test("shaka-player shows the thumbnails of an image playlist", () =>
  withPlayers(browser, { players: ["shaka"], name: "thumbnails" }, async (driver, player) => {
    await driver.load(player, url("master.m3u8"), BEYOND_END);
    await checkThumbnails(driver, served.root);
  }));
