/** Every file of testdata that Debian's Chromium can decode plays in dash.js and shaka-player. */

import { assertEquals } from "@std/assert";
import { onPage, openCinema } from "./browser.ts";
import { bufferedWhole } from "./buffered.ts";
import { DECODED_BY_FFMPEG, IMAGES, MEDIA, serveTestdata } from "./root.ts";
import { PLAYERS } from "./page_driver.ts";

const served = serveTestdata();
const cinema = openCinema();

for (const media of MEDIA.filter((name) => !DECODED_BY_FFMPEG.test(name) && !IMAGES.test(name))) {
  Deno.test(`dash.js and shaka-player play ${media}, loaded to the end without a gap`, async () => {
    const url = `${served.ams.url}/${media}/.mpd`;
    await Promise.all(
      PLAYERS.map((player) =>
        onPage(cinema, `${player} ${media}`, async (stage) => {
          await stage.load(player, url, 60);
          await bufferedWhole(stage, url);
          await stage.play();
          await stage.reach((await stage.state()).time + 0.5);
          const { errors, stalls } = await stage.state();
          assertEquals({ errors, stalls }, { errors: [], stalls: [] });
        })
      ),
    );
  });
}
