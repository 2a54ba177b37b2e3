/** dash.js, shaka-player and RxPlayer play a channel over DASH: at the edge, in its window, over its periods, and after its end. */

import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { openPlayerBrowser, type PlayerBrowser, withPlayerPage } from "../browser.ts";
import {
  CHANNEL,
  encodeNumberedSource,
  LOOPBACK_CHANNEL,
  serveChannels,
  startEncoder,
  untilMpd,
  untilOver,
} from "../live_channel.ts";
import {
  checkNumbers,
  playLive,
  reachEnd,
  seconds,
  seekBackAndForth,
  watchEdge,
} from "../live_playback.ts";
import { SCHEMA, validateMpd } from "../mpd_schema.ts";
import { FRAME_RATE } from "../numbered_clip.ts";
import { eventually, type NumberedFrame, type PageDriver } from "../page_driver.ts";

const PLAYERS = ["dashjs", "shaka", "rxplayer"] as const;

const SECONDS = 38;
const LAST_FRAME = SECONDS * FRAME_RATE - 1;

/** Of the players, in seconds after the first segment is listed: each joins at a time of its own. */
const JOINS = [6, 7.3, 8.6];

const BUFFER_GOAL = 10;

const served = serveChannels({ edge: CHANNEL, restart: LOOPBACK_CHANNEL });
const source = encodeNumberedSource(SECONDS);
const browser = openPlayerBrowser();

/** Runs a test in all players at once, each on a page of its own and from a time of its own. */
function inPlayers(
  name: string,
  browser: PlayerBrowser,
  test: (driver: PageDriver, player: string) => Promise<void>,
  delays: readonly number[] = [0, 0, 0],
): Promise<unknown> {
  return Promise.all(PLAYERS.map(async (player, i) => {
    await seconds(delays[i]!);
    await withPlayerPage(browser, `${player} ${name}`, (driver) => test(driver, player));
  }));
}

Deno.test("players play at the live edge, 16 s back and at the edge again, and to the end of the broadcast", async () => {
  const encoder = startEncoder(served, { file: source.file, channel: "edge" });
  const url = served.channel("edge");
  await assertValid(await untilMpd(url, /type="dynamic"[^]*<S /));
  await inPlayers("live", browser, async (driver, player) => {
    await driver.load(player, `${url}/.mpd`, BUFFER_GOAL);
    await playLive(driver);
    await watchEdge(driver, encoder, 15);
    await seekBackAndForth(driver, 16);
    await reachEnd(driver, LAST_FRAME);
    assertEquals((await driver.state()).errors, []);
    checkNumbers(await driver.recordedFrames());
  }, JOINS);
  await encoder.done;
});

Deno.test("players open a broadcast that is over at its first and last frame", async () => {
  const url = served.channel("edge");
  await assertValid(await untilOver(url));
  await inPlayers("over", browser, async (driver, player) => {
    await driver.load(player, `${url}/.mpd`, BUFFER_GOAL);
    assertEquals(await driver.frameNumber(), 0);
    const { duration } = await driver.state();
    assertAlmostEquals(duration, SECONDS, 0.1);
    await driver.seek(duration - 1.5);
    await driver.play();
    await reachEnd(driver, LAST_FRAME);
    assertEquals((await driver.state()).errors, []);
  });
});

Deno.test("players continue with the period of an encoder that was killed and starts from zero", async () => {
  const url = served.channel("restart");
  const killed = startEncoder(served, { file: source.file, channel: "restart" });
  await untilMpd(url, /<S /);
  const restart = async () => {
    await seconds(12);
    await killed.kill();
    await seconds(3);
    const encoder = startEncoder(served, { file: source.file, channel: "restart" });
    await assertValid(await untilMpd(url, /<Period id="p2"/));
    return { encoder, listedAt: Date.now() };
  };
  const restarted = restart();
  await inPlayers("restart", browser, async (driver, player) => {
    await driver.load(player, `${url}/.mpd`, BUFFER_GOAL);
    await playLive(driver);
    const { listedAt } = await restarted;
    await eventually(async () => findRestart(await driver.recordedFrames()), (index) => index > 0);
    await seconds(5);
    const frames = await driver.recordedFrames();
    const first = findRestart(frames);
    assertContinued(frames[first - 1]!, frames[first]!, listedAt);
    checkNumbers(frames.slice(0, first - 1)); // a page may read number and time of different frames at the jump
    checkNumbers(frames.slice(first + 1));
    const { errors } = await driver.state();
    assertEquals(errors.filter((error) => !GAP_WARNING.test(error)), []);
  }, [4, 4.7, 5.4]);
  await (await restarted).encoder.stop();
});

/** Checks nothing without a schema. */
async function assertValid(mpd: string): Promise<void> {
  if (SCHEMA !== undefined) assertEquals(await validateMpd(mpd, SCHEMA), "");
}

/** Logged by RxPlayer where it skips what was not pushed. */
const GAP_WARNING = /DISCONTINUITY_ENCOUNTERED/;

/** Returns the index of the frame with which numbers start again; -1 if there is none. A busy page may repeat a number. */
function findRestart(frames: readonly NumberedFrame[]): number {
  return frames.findIndex(({ number }, i) => i > 0 && number < frames[i - 1]!.number - FRAME_RATE);
}

/** Players wait at the end of the period, for the time at which nothing was pushed at most, or until the next one is listed. */
function assertContinued(last: NumberedFrame, first: NumberedFrame, listedAt: number): void {
  const gap = 1000 * (first.time - last.time);
  const latest = Math.max(listedAt, last.at + gap) + 1000;
  assertLess(first.at, latest, `the period was listed at ${listedAt}, ${gap} ms are missing`);
}
