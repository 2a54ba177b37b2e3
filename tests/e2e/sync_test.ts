/** Flash and beep coincide to the millisecond at their own time. */

import { openPlayerBrowser, withPlayerPage, withPlayers } from "./browser.ts";
import { waitUntilBuffered } from "./buffered.ts";
import { checkBeep, checkClip, checkDecoded, checkFlash, CLIPS } from "./flash_and_beep.ts";
import { packageAlone, packageName, serveTestdata } from "./root.ts";
import { PLAYERS } from "./page_driver.ts";

const served = serveTestdata(async (root) => {
  for (const [file] of CLIPS) await packageAlone(root, file);
});
const browser = openPlayerBrowser();

Deno.test("the browser shows flash and beep together without a player", () =>
  withPlayerPage(browser, "control", async (driver) => {
    const [file, , first] = CLIPS[0]!;
    await driver.load("none", `${served.ams.url}/${file}`, 0);
    await checkFlash(driver, first + 1);
    await checkBeep(driver, first + 1);
  }));

for (const [file, trait, first] of CLIPS) {
  Deno.test(`dash.js and shaka-player show flash and beep together: ${trait}`, () =>
    withPlayers(browser, { players: PLAYERS, name: trait }, async (driver, player) => {
      await driver.load(player, mpdUrl(file), 60);
      await waitUntilBuffered(driver, mpdUrl(file));
      await checkClip(driver, first);
    }));

  Deno.test(`ffmpeg decodes flash and beep at the same times: ${trait}`, () =>
    checkDecoded(mpdUrl(file), first));
}

function mpdUrl(file: string): string {
  return `${served.ams.url}/${packageName(file)}/.mpd`;
}
