/** Players show the frames of files with several edits at their times, over each protocol, and play on at the end of an edit. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readTracks } from "../mp4box.ts";
import { openPlayerBrowser, withPlayers } from "./browser.ts";
import { WITH_SEVERAL_EDITS } from "./check_track.ts";
import { applyEdits, readTrackEdits } from "./edited_frames.ts";
import { decodeFramesWithoutEdits } from "./ffmpeg.ts";
import { eventually, HLS_PLAYERS, type PageDriver, PLAYERS } from "./page_driver.ts";
import { MEDIA, packageAlone, packageName, serveTestdata } from "./root.ts";

const FILES = MEDIA.filter((name) => WITH_SEVERAL_EDITS.test(name));

const served = serveTestdata(async (root) => {
  for (const file of FILES) await packageAlone(root, file);
});
const browser = openPlayerBrowser();

const protocols: [name: string, players: readonly string[], manifest: string][] = [
  ["DASH", PLAYERS, ".mpd"],
  ["HLS", HLS_PLAYERS, "master.m3u8"],
  ["Smooth Streaming", ["dashjs_smooth", "rxplayer"], "Manifest"],
];

for (const media of FILES) {
  for (const [protocol, players, manifest] of protocols) {
    const name = `${media} over ${protocol}`;
    Deno.test(`${players.join(" and ")} show the edits of ${name}`, () =>
      withPlayers(browser, { players, name }, async (driver, player) => {
        const url = `${served.ams.url}/${packageName(media)}/${manifest}`;
        await driver.load(player, url, 60);
        await checkJoins(driver, media);
        await playToEnd(driver);
      }));
  }
}

/** Times are not those of the source where a player starts with its own time. */
async function checkJoins(driver: PageDriver, media: string): Promise<void> {
  const file = join(served.root, media);
  const bytes = await Deno.readFile(file);
  const video = readTracks(bytes).find(({ handler }) => handler === "vide")!;
  const edits = readTrackEdits(bytes, video.id);
  const frames = applyEdits(await decodeFramesWithoutEdits(file, `i:${video.id}`), edits);
  for (const { at } of edits.slice(1)) {
    const expected = frames.find(({ pts }) => pts >= at - MILLISECOND);
    if (!expected) continue;
    const { time } = await driver.getFrameAt(expected.pts + 5 * MILLISECOND);
    const isNear = Math.abs(time - expected.pts) < MILLISECOND;
    assert(isNear, `the frame after the join at ${at} s is at ${time} s, not ${expected.pts}`);
  }
}

const MILLISECOND = 0.001;

async function playToEnd(driver: PageDriver): Promise<void> {
  await driver.seek(0);
  await driver.play();
  const { errors, stalls } = await eventually(driver.state, ({ ended }) => ended);
  assertEquals({ errors, stalls }, { errors: [], stalls: [] });
}
