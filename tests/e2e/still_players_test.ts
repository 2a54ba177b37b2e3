/** Players show the frames of a recording with a still stretch at their times, also after seeks into the stretch and beyond. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { openPlayerBrowser, withPlayers } from "./browser.ts";
import { eventually, type PageDriver } from "./page_driver.ts";
import { packageAlone, packageName, serveTestdata } from "./root.ts";

const MEDIA = "pair-avc-still.mp4";

/** In seconds, as ffprobe reports it. */
const DURATION = 80;

/** Times of seeks in seconds: two in the still stretch, and one after it. */
const SEEKS = [10, 45, 70];

const FRAME_RATE = 12.5;

/** Number of the first frame after the still stretch, and its time in seconds. */
const NEXT = { number: 63, time: 65.04 };

/** Players start MPEG-TS at the first decode time, two frames before the first presentation time (docs/players.md). */
const MPEGTS_DELAY = 2 / FRAME_RATE;

const MANIFESTS = [
  { name: ".mpd", players: ["dashjs", "shaka", "rxplayer"], delay: 0 },
  { name: ".m3u8", players: ["hlsjs", "shaka"], delay: 0 },
  { name: "ts.m3u8", players: ["hlsjs", "shaka"], delay: MPEGTS_DELAY },
  { name: "Manifest", players: ["dashjs_smooth", "rxplayer"], delay: 0 },
];

/** Less than the still stretch, as in players by default: they do not load the next segment during it. In seconds. */
const BUFFER_GOAL = 20;

const served = serveTestdata((root) => packageAlone(root, MEDIA));
const browser = openPlayerBrowser();

for (const { name, players, delay } of MANIFESTS) {
  Deno.test(`${players.join(", ")} play a still recording: ${name}`, () =>
    withPlayers(browser, { players, name: `still ${name}` }, async (driver, player) => {
      const url = `${served.ams.url}/${packageName(MEDIA)}/${name}`;
      await driver.load(player, url, BUFFER_GOAL);
      assertAlmostEquals((await driver.state()).duration, DURATION, 0.1);
      await driver.play();
      await driver.reach(1);
      for (const time of SEEKS) {
        await driver.seek(time);
        await driver.pause();
        await checkFrame(driver, delay);
        await driver.play();
        await driver.reach(time + 1);
      }
      const { errors, stalls } = await driver.state();
      assertEquals({ errors, stalls }, { errors: [], stalls: [] });
    }));
}

/** Waits until the frame of the current time is shown, or the one before or after it. */
async function checkFrame(driver: PageDriver, delay: number): Promise<void> {
  const { time } = await driver.state();
  const expected = getFrame(time - delay);
  await eventually(driver.frameNumber, (number) => Math.abs(number - expected) <= 1);
}

function getFrame(time: number): number {
  if (time < NEXT.time) return Math.min(NEXT.number - 1, Math.floor(time * FRAME_RATE));
  return NEXT.number + Math.floor((time - NEXT.time) * FRAME_RATE);
}
