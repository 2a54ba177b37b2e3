/** Players play clips and filtered renditions from start to end, and are offered nothing else. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { openPlayerBrowser, withPlayers } from "./browser.ts";
import { fetchMpd, waitUntilBuffered } from "./buffered.ts";
import { checkClip, CLIPS } from "./flash_and_beep.ts";
import { LADDER, packageAlone, packageLadder, packageName, serveTestdata } from "./root.ts";
import { BEYOND_END } from "./player_scenarios.ts";
import { eventually, type PageDriver } from "./page_driver.ts";

const [FLASHES, , FIRST] = CLIPS[0]!;

const served = serveTestdata(async (root) => {
  await packageLadder(root);
  await packageAlone(root, FLASHES);
}, ["--pass-query", "token,user"]);
const browser = openPlayerBrowser();

/** Players of each manifest, with the time in seconds at which they place the start of a clip. */
const CLIP_STARTS: Record<string, Record<string, number>> = {
  ".mpd": { dashjs: 0, shaka: 0, rxplayer: 0 },
  "master.m3u8": { hlsjs: 0, shaka: 0 },
  "ts.m3u8": { hlsjs: 0, shaka: 0 },
  "Manifest": { dashjs_smooth: 0, rxplayer: 4 },
};

/** Selects all but the smallest video, other tracks that are not English, and thumbnails. */
const FILTER =
  'type=="video"&&MaxHeight>300 || type!="video"&&systemLanguage!="eng" || type=="image"';

/** Selects segments of 2 s in [4 s, 8 s). */
const CLIP = "start=5.5&end=00:00:07.5";
const SECONDS = 4;

/** Parameters of a proxy, which must be forwarded unchanged. */
const FORWARDED = "token=a%2Fb+$x&user=1&user=%22%26";

const QUERY = `${CLIP}&filter=${encodeURIComponent(FILTER)}&${FORWARDED}`;

/** Covers audio frames, and the decoding delay in MPEG-TS. In seconds. */
const TOLERANCE = 0.15;

for (const [manifest, starts] of Object.entries(CLIP_STARTS)) {
  const players = Object.keys(starts);
  const name = `${players.join(", ")}: play a clip of selected renditions of ${manifest}`;
  Deno.test(
    name,
    () =>
      withPlayers(browser, { players, name: `clip of ${manifest}` }, async (driver, player) => {
        const start = starts[player]!;
        await driver.load(player, `${served.ams.url}/${LADDER}/${manifest}?${QUERY}`, BEYOND_END);
        assertEquals((await driver.heights()).sort(), [360, 720]);
        assertEquals(await driver.audioLanguages(), ["fr"]);
        assertEquals(await driver.textLanguages(), ["fr"]);
        await waitUntilClipBuffered(driver, start);
        await driver.play();
        await driver.reach(BEYOND_END);
        const { ended, stalls, time } = await driver.state();
        assert(ended);
        assertEquals(stalls.filter((time) => time < start + SECONDS - TOLERANCE), []);
        assertAlmostEquals(time - start, SECONDS, TOLERANCE);
        assertForwarded(await driver.requests());
      }),
  );
}

/** Waits until audio and video are buffered from start to end. */
async function waitUntilClipBuffered(driver: PageDriver, start: number): Promise<void> {
  const near = (a: number, b: number) => Math.abs(a - b) < TOLERANCE;
  await eventually(
    driver.state,
    ({ buffers }) =>
      buffers.length === 2 &&
      buffers.every(({ ranges: [range, ...more] }) =>
        range !== undefined && more.length === 0 && near(range[0], start) &&
        near(range[1], start + SECONDS)
      ),
  );
}

/** Asserts that requests to ams have the forwarded parameters: manifests, init and media segments, subtitles. */
function assertForwarded(requests: readonly string[]): void {
  const sent = requests.filter((url) => url.startsWith(served.ams.url));
  assert(sent.length > 4, `${sent}`);
  assertEquals(sent.filter((url) => !url.endsWith(FORWARDED)), []);
}

const PLAYERS = ["dashjs", "shaka"];

/** shaka-player delays a clip of DASH by a millisecond, because of rounding in a browser. In seconds. */
const START_OFFSET: Record<string, number> = { shaka: 0.001 };

Deno.test("dash.js, shaka-player: show the cues and thumbnails of a clip at its times", () =>
  withPlayers(browser, { players: PLAYERS, name: "cues of a clip" }, async (driver, player) => {
    const url = `${served.ams.url}/${LADDER}/.mpd?start=8&${FORWARDED}`;
    await driver.load(player, url, 2);
    await driver.play();
    await driver.selectText("fr");
    await driver.loadAhead(BEYOND_END);
    assertEquals(await eventually(driver.cues, (cues) => cues.length > 1), [
      { start: 0, end: 2, text: "Après un silence de quatre secondes." },
      { start: 2, end: 4, text: "Fin." },
    ]);
    const image = (await fetchMpd(url)).find(({ mimeType }) => mimeType === "image/jpeg")!;
    for (const [i, { time }] of image.segments.entries()) {
      const { url } = await driver.thumbnail((time - image.offset) / image.timescale + 0.5);
      assertEquals(url, image.segments[i]!.url);
    }
  }));

Deno.test("dash.js, shaka-player: flash and beep of a clip coincide", () =>
  withPlayers(browser, { players: PLAYERS, name: "flash in a clip" }, async (driver, player) => {
    const url = `${served.ams.url}/${packageName(FLASHES)}/.mpd?start=2.5`;
    await driver.load(player, url, BEYOND_END);
    await waitUntilBuffered(driver, url);
    await checkClip(driver, FIRST + (START_OFFSET[player] ?? 0), [1, 3]);
  }));

Deno.test("hls.js: flash and beep of a clip coincide", () =>
  withPlayers(browser, { players: ["hlsjs"], name: "flash in a clip" }, async (driver, player) => {
    const url = `${served.ams.url}/${packageName(FLASHES)}`;
    await driver.load(player, `${url}/master.m3u8?start=2.5`, BEYOND_END);
    await waitUntilBuffered(driver, `${url}/.mpd?start=2.5`);
    await checkClip(driver, FIRST, [1, 3]);
  }));
