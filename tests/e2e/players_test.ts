/** dash.js and shaka-player play the package from start to end, with seeks, switches, subtitles and thumbnails. */

import { openPlayerBrowser, withPlayerPage } from "./browser.ts";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";
import { BEYOND_END, checkThumbnails, PLAYER_SCENARIOS } from "./player_scenarios.ts";
import { type PageDriver, PLAYERS } from "./page_driver.ts";

const served = serveTestdata(packageLadder);
const browser = openPlayerBrowser();

/** Defines a test on a new page, with the package loaded. */
function ladderTest(does: string, bufferGoal: number, test: (driver: PageDriver) => Promise<void>) {
  for (const player of PLAYERS) {
    const name = `${player} ${does}`;
    Deno.test(name, () =>
      withPlayerPage(browser, name, async (driver) => {
        await driver.load(player, mpdUrl(), bufferGoal);
        await test(driver);
      }));
  }
}

function mpdUrl(): string {
  return `${served.ams.url}/${LADDER}/.mpd`;
}

for (const { name, bufferGoal, run } of PLAYER_SCENARIOS) {
  ladderTest(name, bufferGoal, (driver) => run(driver, mpdUrl()));
}

ladderTest("shows the thumbnails", BEYOND_END, (driver) => checkThumbnails(driver, served.root));
