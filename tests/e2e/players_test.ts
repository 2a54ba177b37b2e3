/** The ladder in dash.js and shaka-player: from start to end, with seeks, switches, subtitles and thumbnails. */

import { onPage, openCinema } from "./browser.ts";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";
import { ALL, checkThumbnails, SCENES } from "./player_scenarios.ts";
import { PLAYERS, type Stage } from "./page_driver.ts";

const served = serveTestdata(packageLadder);
const cinema = openCinema();

/** A test on a page of its own, with the ladder loaded. */
function ladderTest(does: string, bufferGoal: number, test: (stage: Stage) => Promise<void>) {
  for (const player of PLAYERS) {
    const name = `${player} ${does}`;
    Deno.test(name, () =>
      onPage(cinema, name, async (stage) => {
        await stage.load(player, mpdUrl(), bufferGoal);
        await test(stage);
      }));
  }
}

function mpdUrl(): string {
  return `${served.ams.url}/${LADDER}/.mpd`;
}

for (const { does, bufferGoal, play } of SCENES) {
  ladderTest(does, bufferGoal, (stage) => play(stage, mpdUrl()));
}

ladderTest("shows the thumbnails", ALL, (stage) => checkThumbnails(stage, served.root));
