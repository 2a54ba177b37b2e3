/** Every file of testdata/ with tracks of its own that Debian's Chromium decodes plays in dash.js and shaka-player. */

import { assertEquals } from "@std/assert";
import { openPlayerBrowser, withPlayerPage } from "./browser.ts";
import { waitUntilBuffered } from "./buffered.ts";
import { DECODED_BY_FFMPEG, DISTINCT_MEDIA, serveTestdata } from "./root.ts";
import { PLAYERS } from "./page_driver.ts";

const served = serveTestdata();
const browser = openPlayerBrowser();

/** Longer than players buffer: see still_players_test.ts. */
const LONG = "pair-avc-still.mp4";

for (
  const media of DISTINCT_MEDIA.filter((name) => !DECODED_BY_FFMPEG.test(name) && name !== LONG)
) {
  Deno.test(`dash.js and shaka-player play ${media}, and buffer it to the end without a gap`, async () => {
    const url = `${served.ams.url}/${media}/.mpd`;
    await Promise.all(
      PLAYERS.map((player) =>
        withPlayerPage(browser, `${player} ${media}`, async (driver) => {
          await driver.load(player, url, 60);
          await waitUntilBuffered(driver, url);
          await driver.play();
          await driver.reach((await driver.state()).time + 0.5);
          const { errors, stalls } = await driver.state();
          assertEquals({ errors, stalls }, { errors: [], stalls: [] });
        })
      ),
    );
  });
}
