/** dash.js and shaka-player play the package from start to end, with seeks, switches, subtitles and thumbnails. */

import { openPlayerBrowser, withPlayers } from "./browser.ts";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";
import { BEYOND_END, checkThumbnails, PLAYER_SCENARIOS } from "./player_scenarios.ts";
import { type PageDriver, PLAYERS } from "./page_driver.ts";

const served = serveTestdata(packageLadder);
const browser = openPlayerBrowser();

/** Defines a test of each player on a new page, with the package loaded. */
function ladderTest(name: string, bufferGoal: number, test: (driver: PageDriver) => Promise<void>) {
  Deno.test(`dash.js and shaka-player: ${name}`, () =>
    withPlayers(browser, { players: PLAYERS, name }, async (driver, player) => {
      await driver.load(player, mpdUrl(), bufferGoal);
      await test(driver);
    }));
}

function mpdUrl(): string {
  return `${served.ams.url}/${LADDER}/.mpd`;
}

for (const { name, bufferGoal, run } of PLAYER_SCENARIOS) {
  ladderTest(name, bufferGoal, (driver) => run(driver, mpdUrl()));
}

ladderTest("show the thumbnails", BEYOND_END, (driver) => checkThumbnails(driver, served.root));
