/**
 * dash.js and RxPlayer play a channel as Smooth Streaming, which an encoder of Smooth Streaming pushes: at the edge, in its window,
 * and after its end. What they fetch is what was pushed.
 */

import { assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import { openPlayerBrowser, withPlayerPage } from "../browser.ts";
import {
  CHANNEL,
  encodeNumberedSource,
  serveChannels,
  startEncoder,
  untilLive,
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
import { FRAME_RATE } from "../numbered_clip.ts";
import { eventually, type NumberedFrame, type PageDriver } from "../page_driver.ts";
import { SmoothViewer } from "../smooth_viewer.ts";

const LIVE_PLAYERS = ["dashjs_smooth_live", "rxplayer_live"];
const PLAYERS = ["dashjs_smooth", "rxplayer"];

const SECONDS = 40;
const LAST_FRAME = SECONDS * FRAME_RATE - 1;

/** Of the players, in seconds after the first fragment is listed. */
const JOINS = [6, 7.3];

const BUFFER_GOAL = 10;

/** Frames that Chromium shows when its source has ended: the players do not know that. In seconds. */
const UNSHOWN = 0.2;

const served = serveChannels({ edge: CHANNEL, restart: CHANNEL });
const source = encodeNumberedSource(SECONDS);
const browser = openPlayerBrowser();

/** Resolves when the encoder of the second channel has ended, which pushes during the first test. */
let restarted = Promise.resolve();

function inPlayers(
  { name, players, delays = [0, 0] }: {
    readonly name: string;
    readonly players: readonly string[];
    readonly delays?: readonly number[];
  },
  test: (driver: PageDriver, player: string) => Promise<void>,
): Promise<unknown> {
  return Promise.all(players.map(async (player, i) => {
    await seconds(delays[i]!);
    await withPlayerPage(browser, `${player} ${name}`, (driver) => test(driver, player));
  }));
}

Deno.test("players play Smooth Streaming at the live edge, 16 s back and at the edge again, and to the last frame", async () => {
  restarted = pushTwice();
  const encoder = startEncoder(served, { file: source.file, channel: "edge", format: "smooth" });
  const url = `${served.channel("edge")}/Manifest`;
  await untilLive(served.channel("edge"), "Manifest");
  await using viewer = new SmoothViewer(url);
  const live = { name: "smooth live", players: LIVE_PLAYERS, delays: JOINS };
  await inPlayers(live, async (driver, player) => {
    await driver.load(player, url, BUFFER_GOAL);
    await playLive(driver);
    await watchEdge(driver, encoder, 15);
    await seekBackAndForth(driver, 16);
    await pauseFor(driver, 3);
    await eventually(driver.state, ({ time }) => time > SECONDS - UNSHOWN);
    assertEquals((await driver.state()).errors, []);
    checkNumbers(await driver.recordedFrames());
  });
  await encoder.done;
  await untilOver(served.channel("edge"));
  await viewer.stop();
  await viewer.checkPackets(source.file);
});

Deno.test("players open a broadcast that is over as Smooth Streaming, at its first and last frame", async () => {
  await untilOver(served.channel("edge"));
  const url = `${served.channel("edge")}/Manifest`;
  await inPlayers({ name: "smooth over", players: PLAYERS }, async (driver, player) => {
    await driver.load(player, url, BUFFER_GOAL);
    assertEquals(await driver.frameNumber(), 0);
    const { duration } = await driver.state();
    assertAlmostEquals(duration, SECONDS, 0.1);
    await driver.seek(duration - 1.5);
    await driver.play();
    await reachEnd(driver, LAST_FRAME);
    assertEquals((await driver.state()).errors, []);
  });
});

/** An encoder is killed, and starts again from zero after some seconds. */
async function pushTwice(): Promise<void> {
  const encoder = { file: source.file, channel: "restart", format: "smooth" } as const;
  const killed = startEncoder(served, encoder);
  await seconds(9);
  await killed.kill();
  await seconds(3);
  const restarted = startEncoder(served, encoder);
  await seconds(9);
  await restarted.stop();
}

Deno.test("players pass from one period to the next of a broadcast that is over", async () => {
  await restarted;
  const url = served.channel("restart");
  await untilOver(url);
  await inPlayers({ name: "smooth restart", players: PLAYERS }, async (driver, player) => {
    await driver.load(player, `${url}/Manifest`, BUFFER_GOAL);
    const { duration } = await driver.state();
    await driver.recordFrames();
    await driver.seek(5);
    await driver.play();
    await eventually(driver.recordedFrames, (frames) => findRestart(frames) > 0);
    const frames = await driver.recordedFrames();
    const restart = findRestart(frames);
    assertGreater(frames[restart]!.time - frames[restart - 1]!.time, 3);
    assertLess(frames[restart]!.number, FRAME_RATE);
    await driver.seek(duration - 1.5);
    await eventually(driver.state, ({ ended }) => ended);
    const { errors } = await driver.state();
    assertEquals(errors.filter((error) => !GAP_WARNING.test(error)), []);
  });
});

/** Logged by RxPlayer where it skips what was not pushed, and where video ends later than audio. */
const GAP_WARNING = /DISCONTINUITY_ENCOUNTERED|MEDIA_TIME_AFTER_MANIFEST/;

/** Returns the index of the first frame with a smaller number than the frame before it; -1 if there is none. */
function findRestart(frames: readonly NumberedFrame[]): number {
  return frames.findIndex(({ number }, i) => i > 0 && number < frames[i - 1]!.number);
}

/** dash.js requests fragment information while it is paused. */
async function pauseFor(driver: PageDriver, count: number): Promise<void> {
  await driver.pause();
  await seconds(count);
  await driver.play();
}
