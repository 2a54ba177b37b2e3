/** The ladder in hls.js and shaka-player over HLS: all of it, and each rendition by itself, in fMP4 and in MPEG-TS. */

import { inPlayers, openCinema } from "./browser.ts";
import { assertPlayedWell, bufferedWhole, fetchMpd } from "./buffered.ts";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";
import { ALL, checkThumbnails, SCENES } from "./player_scenarios.ts";
import { HLS_PLAYERS, type Stage } from "./page_driver.ts";

/**
 * The forms of HLS: their multivariant playlists, and how those of their renditions end. Transport streams have no
 * presentation time: players let them start at a decode time, which is 0.08 s before the ladder's first picture. Of them
 * the first scene is left out, to save time: the one with switches also goes from start to end.
 */
const FORMS = [
  { form: "fMP4", main: "master.m3u8", extension: "m3u8", skipped: 0 },
  { form: "MPEG-TS", main: "ts.m3u8", extension: "ts.m3u8", tolerance: 0.1, skipped: 1 },
];

const served = serveTestdata(packageLadder);
const cinema = openCinema();

function url(name: string): string {
  return `${served.ams.url}/${LADDER}/${name}`;
}

for (const { form, main, extension, tolerance, skipped } of FORMS) {
  for (const { does, bufferGoal, play } of SCENES.slice(skipped)) {
    const name = `${does} over HLS in ${form}`;
    Deno.test(`hls.js and shaka-player: ${name}`, () =>
      inPlayers(cinema, { players: HLS_PLAYERS, name }, async (stage, player) => {
        await stage.load(player, url(main), bufferGoal);
        await play(stage, url(".mpd"), tolerance);
      }));
  }

  Deno.test(`hls.js and shaka-player: play each rendition by itself in ${form}`, async (t) => {
    const representations = await fetchMpd(url(".mpd"));
    for (const { id, mimeType } of representations) {
      if (!/^(video|audio)/.test(mimeType)) continue;
      const playlist = `${id}.${extension}`;
      await t.step(
        id,
        () =>
          inPlayers(cinema, { players: HLS_PLAYERS, name: playlist }, async (stage, player) => {
            await stage.load(player, url(playlist), ALL);
            await playEnd(stage, tolerance);
          }),
      );
    }
  });
}

async function playEnd(stage: Stage, tolerance: number | undefined): Promise<void> {
  const { duration } = await bufferedWhole(stage, url(".mpd"), tolerance);
  await stage.seek(duration - 1);
  await stage.play();
  await stage.reach(ALL);
  await assertPlayedWell(stage, url(".mpd"), tolerance);
}

Deno.test("shaka-player shows the thumbnails of an image playlist", () =>
  inPlayers(cinema, { players: ["shaka"], name: "thumbnails" }, async (stage, player) => {
    await stage.load(player, url("master.m3u8"), ALL);
    await checkThumbnails(stage, served.root);
  }));
