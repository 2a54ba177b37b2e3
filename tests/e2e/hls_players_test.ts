/** hls.js and shaka-player play the package over HLS, and each rendition alone, in fMP4 and in MPEG-TS. */

import { assertEquals } from "@std/assert";
import { packageFiles } from "../serve.ts";
import { openPlayerBrowser, withPlayers } from "./browser.ts";
import { assertPlayedWell, fetchMpd, waitUntilBuffered } from "./buffered.ts";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";
import { BEYOND_END, checkThumbnails, PLAYER_SCENARIOS } from "./player_scenarios.ts";
import { HLS_PLAYERS, type PageDriver } from "./page_driver.ts";

/**
 * Segment formats, with multivariant playlists and the extension of media playlists. Players start MPEG-TS at the first
 * decode time, which is 0.08 s before the first presentation time. The first scenario is skipped for MPEG-TS to save time:
 * the one with switches also plays from start to end.
 */
const SEGMENT_FORMATS = [
  { format: "fMP4", multivariant: "master.m3u8", extension: "m3u8", skipped: 0 },
  { format: "MPEG-TS", multivariant: "ts.m3u8", extension: "ts.m3u8", tolerance: 0.1, skipped: 1 },
];

const served = serveTestdata(packageLadder);
const browser = openPlayerBrowser();

function url(name: string): string {
  return `${served.ams.url}/${LADDER}/${name}`;
}

for (const { format, multivariant, extension, tolerance, skipped } of SEGMENT_FORMATS) {
  for (const { name: scenario, bufferGoal, run } of PLAYER_SCENARIOS.slice(skipped)) {
    const name = `${scenario} over HLS in ${format}`;
    Deno.test(`hls.js and shaka-player: ${name}`, () =>
      withPlayers(browser, { players: HLS_PLAYERS, name }, async (driver, player) => {
        await driver.load(player, url(multivariant), bufferGoal);
        await run(driver, url(".mpd"), tolerance);
      }));
  }

  Deno.test(`hls.js and shaka-player: play each rendition alone in ${format}`, async (t) => {
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

for (const audio of ["tone-mp3-stereo.mp4", "tone-aac-surround.mp4", "tone-aac-mpeg2.mp4"]) {
  Deno.test(`hls.js and shaka-player: play ${audio} with MPEG-TS`, async () => {
    const name = `${audio}.ts.json`;
    await packageFiles(served.root, name, { files: ["test-avc-frontmoov.mp4", audio] });
    await withPlayers(browser, { players: HLS_PLAYERS, name }, async (driver, player) => {
      await driver.load(player, `${served.ams.url}/${name}/ts.m3u8`, BEYOND_END);
      await driver.play();
      await driver.reach(2);
      const { errors, stalls, buffers } = await driver.state();
      assertEquals({ errors, stalls }, { errors: [], stalls: [] });
      assertEquals(buffers.map(({ type }) => type.slice(0, 5)).sort(), ["audio", "video"]);
    });
  });
}

Deno.test("shaka-player shows the thumbnails of an image playlist", () =>
  withPlayers(browser, { players: ["shaka"], name: "thumbnails" }, async (driver, player) => {
    await driver.load(player, url("master.m3u8"), BEYOND_END);
    await checkThumbnails(driver, served.root);
  }));
