/** A flash and a beep are seen and heard together, at their own time, to the millisecond. */

import { onPage, openCinema } from "./browser.ts";
import { bufferedWhole } from "./buffered.ts";
import { checkBeep, checkClip, checkDecoded, checkFlash, CLIPS } from "./flash_and_beep.ts";
import { packageAlone, packageName, serveTestdata } from "./root.ts";
import { PLAYERS } from "./page_driver.ts";

const served = serveTestdata(async (root) => {
  for (const [file] of CLIPS) await packageAlone(root, file);
});
const cinema = openCinema();

Deno.test("the browser by itself shows flash and beep together: what is measured is the media", () =>
  onPage(cinema, "control", async (stage) => {
    const [file, , first] = CLIPS[0]!;
    await stage.load("none", `${served.ams.url}/${file}`, 0);
    await checkFlash(stage, first + 1);
    await checkBeep(stage, first + 1);
  }));

for (const [file, trait, first] of CLIPS) {
  for (const player of PLAYERS) {
    const name = `${player} shows flash and beep together: ${trait}`;
    Deno.test(name, () =>
      onPage(cinema, name, async (stage) => {
        await stage.load(player, mpdUrl(file), 60);
        await bufferedWhole(stage, mpdUrl(file));
        await checkClip(stage, first);
      }));
  }

  Deno.test(`ffmpeg decodes flash and beep at the same times: ${trait}`, () =>
    checkDecoded(mpdUrl(file), first));
}

function mpdUrl(file: string): string {
  return `${served.ams.url}/${packageName(file)}/.mpd`;
}
