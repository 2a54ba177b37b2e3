/** Every file of testdata that Debian's Chromium can decode plays in dash.js and shaka-player. */

import { assertEquals } from "@std/assert";
import { onPage, openCinema } from "./browser.ts";
import { bufferedWhole } from "./buffered.ts";
import { MEDIA, serveTestdata } from "./root.ts";
import { PLAYERS } from "./stage.ts";

/** Names that say what it can't: packets_test.ts has ffmpeg decode those, and fetch the images. */
const NOT_DECODED = /-(hevc|ac3|eac3|mp3|mjpeg)/;

const served = serveTestdata();
const cinema = openCinema();

for (const media of MEDIA.filter((name) => !NOT_DECODED.test(name))) {
  for (const player of PLAYERS) {
    const name = `${player} plays ${media} and loads it to the end without a gap`;
    Deno.test(name, () =>
      onPage(cinema, name, async (stage) => {
        const url = `${served.ams.url}/${media}/.mpd`;
        await stage.load(player, url, 60);
        await bufferedWhole(stage, url);
        await stage.play();
        await stage.reach((await stage.state()).time + 0.5);
        const { errors, stalls } = await stage.state();
        assertEquals({ errors, stalls }, { errors: [], stalls: [] });
      }));
  }
}
