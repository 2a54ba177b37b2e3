/** Players play protected AV1 with Opus, VP9 with FLAC, and files with several edits; shaka-player plays HLS with keys that the page has. */

import { assertEquals, assertGreater } from "@std/assert";
import { openPlayerBrowser, withPlayers } from "./browser.ts";
import { assertPlayedWell } from "./buffered.ts";
import type { PageDriver } from "./page_driver.ts";
import { BEYOND_END } from "./player_scenarios.ts";
import { getKey } from "./protected_testdata.ts";
import { listKids, type ProtectedPackage, serveProtectedLadder } from "./protected_ladder.ts";

const AV1_OPUS = ["test-av1-main.mp4", "tone-opus-stereo.mp4"];
const VP9_FLAC = ["test-vp9-profile0.mp4", "tone-flac-stereo.mp4"];

const CODECS: Readonly<Record<string, ProtectedPackage>> = {
  "av1-cenc.json": { scheme: "cenc", per: "type", files: AV1_OPUS },
  "av1-cbcs.json": { scheme: "cbcs", per: "type", files: AV1_OPUS },
  "vp9-cenc.json": { scheme: "cenc", per: "type", files: VP9_FLAC },
  "vp9-cbcs.json": { scheme: "cbcs", per: "type", files: VP9_FLAC },
  "edits-cenc.json": { scheme: "cenc", per: "type", files: ["flash-avc-abuttingedits.mp4"] },
  "edits-cbcs.json": { scheme: "cbcs", per: "type", files: ["flash-avc-midgopedits.mp4"] },
};

const LADDERS = { "ladder-cenc.json": "cenc", "ladder-cbcs.json": "cbcs" } as const;

const served = serveProtectedLadder({
  ...CODECS,
  ...Object.fromEntries(Object.entries(LADDERS).map(([name, scheme]) => [name, { scheme }])),
});
const browser = openPlayerBrowser();

/** Few, since a busy machine presents some frames only. */
const MIN_FRAMES = 3;

async function playToEnd(driver: PageDriver, name: string): Promise<void> {
  await driver.play();
  await driver.reach(BEYOND_END);
  await assertPlayedWell(driver, `${served.ams.url}/${name}/.mpd`);
  assertGreater((await driver.state()).frames, MIN_FRAMES);
}

for (const [name, options] of Object.entries(CODECS)) {
  Deno.test(`dash.js and shaka-player play ${name} over DASH with ClearKey`, async () => {
    served.mode = "right keys";
    for (const player of ["dashjs", "shaka"]) { // pages in the background present fewer frames
      await withPlayers(browser, { players: [player], name }, async (driver) => {
        await driver.load(player, `${served.ams.url}/${name}/.mpd`, BEYOND_END);
        await playToEnd(driver, name);
      });
    }
    assertEquals([...new Set(served.requested.get(name))].sort(), listKids(options));
  });

  Deno.test(`hls.js plays ${name} over HLS with ClearKey`, async () => {
    await withPlayers(browser, { players: ["hlsjs"], name }, async (driver, player) => {
      const licenseUrl = `${served.licenses}/${name}/clearkey`;
      await driver.load(player, `${served.ams.url}/${name}/.m3u8`, BEYOND_END, licenseUrl);
      await playToEnd(driver, name);
    });
  });
}

for (const [name, scheme] of Object.entries(LADDERS)) {
  Deno.test(`shaka-player plays ${name} over HLS with clear keys of the page`, async () => {
    const { kid, key } = getKey(scheme);
    await withPlayers(browser, { players: ["shaka"], name }, async (driver, player) => {
      const url = `${served.ams.url}/${name}/.m3u8`;
      await driver.load(player, url, BEYOND_END, undefined, { [kid]: key });
      await playToEnd(driver, name);
    });
    assertEquals(served.requested.get(name), undefined);
  });
}
