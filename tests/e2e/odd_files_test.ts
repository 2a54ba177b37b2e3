/** Players start files with faults that once kept them from starting, and seek in them. */

import { assertEquals, assertLess } from "@std/assert";
import { openPlayerBrowser, withPlayers } from "./browser.ts";
import { packageAlone, packageName, serveTestdata } from "./root.ts";

const CASES: [media: string, manifest: string, players: string[]][] = [
  ["pair-avc-shortaudio.mp4", ".mpd", ["dashjs", "shaka", "rxplayer"]],
  ["pair-avc-shortaudio.mp4", "master.m3u8", ["hlsjs"]],
  ["test-avc-emptystss.mp4", "ts.m3u8", ["hlsjs", "shaka"]],
  ["test-avc-nostss.mp4", ".mpd", ["dashjs", "shaka"]],
  ["frag-avcaac-latestart.mp4", ".mpd", ["dashjs", "shaka", "rxplayer"]],
  ["frag-avcaac-latestart.mp4", "master.m3u8", ["hlsjs"]],
];

const FILES = new Set(CASES.map(([media]) => media));

const served = serveTestdata(async (root) => {
  for (const media of FILES) await packageAlone(root, media);
});
const browser = openPlayerBrowser();

/** Less than the file, so that players start before all of it is loaded. In seconds. */
const BUFFER_GOAL = 2;

for (const [media, manifest, players] of CASES) {
  const name = `${media}, ${manifest}`;
  Deno.test(`${players.join(", ")}: play and seek in ${name}`, () =>
    withPlayers(browser, { players, name }, async (driver, player) => {
      await driver.load(player, `${served.ams.url}/${packageName(media)}/${manifest}`, BUFFER_GOAL);
      await driver.play();
      await driver.reach(1);
      await driver.seek(4.2);
      await driver.play();
      await driver.reach(5);
      const { errors, duration } = await driver.state();
      assertEquals(errors, []);
      assertLess(Math.abs(duration - 6), 0.2);
    }));
}
