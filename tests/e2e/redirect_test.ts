/** Players and ffmpeg follow the redirect to the spelling of AMS, and request media there, which caches share. */

import { assertEquals } from "@std/assert";
import { openPlayerBrowser, withPlayers } from "./browser.ts";
import { waitUntilBuffered } from "./buffered.ts";
import { readPackets } from "./ffmpeg.ts";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";
import { BEYOND_END } from "./player_scenarios.ts";
import { eventually } from "./page_driver.ts";

const served = serveTestdata(packageLadder);
const browser = openPlayerBrowser();

/** Returns a path of the package that no manifest, and no other test, spells so: log lines arrive late. */
function respell(index: number): string {
  const escaped = `%${LADDER.charCodeAt(index).toString(16)}`;
  return `/${LADDER.slice(0, index)}${escaped}${LADDER.slice(index + 1)}`;
}

const PLAYERS: [player: string, manifest: string][] = [
  ["dashjs", ".mpd"],
  ["shaka", ".mpd"],
  ["rxplayer", "Manifest"],
  ["dashjs_smooth", "Manifest"],
  ["hlsjs", "master.m3u8"],
  ["shaka", "master.m3u8"],
];

/** A selection, which the redirect keeps. */
const QUERY = "?filter=trackName!=%22none%22";

for (const [i, [player, manifest]] of PLAYERS.entries()) {
  const other = respell(i);
  Deno.test(`${player} follows the redirect of ${manifest}`, async () => {
    const from = served.ams.log().length;
    await withPlayers(browser, { players: [player], name: "redirect" }, async (driver) => {
      await driver.load(player, `${served.ams.url}${other}/${manifest}${QUERY}`, BEYOND_END);
      await waitUntilBuffered(driver, `${served.ams.url}/${LADDER}/.mpd${QUERY}`, 0.1);
      assertEquals((await driver.state()).errors, []);
    });
    await assertRedirected(from, other);
  });
}

/** The DASH reader of ffmpeg requests media relative to the first URL. */
for (const [manifest, isRelativeToOther] of [[".mpd", true], ["master.m3u8", false]] as const) {
  Deno.test(`ffmpeg follows the redirect of ${manifest}`, async () => {
    const read = (path: string) => readPackets(`${served.ams.url}${path}/${manifest}`, "v:0");
    const from = served.ams.log().length;
    const other = respell(isRelativeToOther ? PLAYERS.length : PLAYERS.length + 1);
    const redirected = await read(other);
    if (!isRelativeToOther) await assertRedirected(from, other);
    assertEquals(redirected, await read(`/${LADDER}`));
  });
}

/** Asserts that everything but the first manifest was requested in the spelling of AMS. */
async function assertRedirected(from: number, other: string): Promise<void> {
  const log = await eventually(
    () => Promise.resolve(served.ams.log().slice(from)),
    (text) => text.includes(` ${other}/`) && text.includes(`GET /${LADDER}/`),
  );
  const others = log.split("\n").filter((line) => line.includes(` ${other}`));
  assertEquals(others.filter((line) => !line.includes(" 302 ")), []);
}
