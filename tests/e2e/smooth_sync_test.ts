/** Flash and beep coincide to the millisecond as Smooth Streaming. */

import { openPlayerBrowser, withPlayers } from "./browser.ts";
import { checkClip, CLIPS } from "./flash_and_beep.ts";
import { packageAlone, packageName, serveTestdata } from "./root.ts";
import { eventually } from "./page_driver.ts";

/** End of the measured part of a clip, in seconds. */
const MEASURED_END = 5.5;

const PLAYERS = ["dashjs_smooth", "rxplayer"];

const served = serveTestdata(async (root) => {
  for (const [file] of CLIPS) await packageAlone(root, file);
});
const browser = openPlayerBrowser();

for (const [file, trait, first] of CLIPS) {
  const name = `show flash and beep together as Smooth Streaming: ${trait}`;
  Deno.test(`dash.js and RxPlayer ${name}`, () =>
    withPlayers(browser, { players: PLAYERS, name }, async (driver, player) => {
      await driver.load(player, `${served.ams.url}/${packageName(file)}/Manifest`, 60);
      await eventually(
        driver.state,
        ({ buffers }) =>
          buffers.length === 2 &&
          buffers.every(({ ranges }) => (ranges.at(-1)?.[1] ?? 0) > MEASURED_END),
      );
      await checkClip(driver, first);
    }));
}
