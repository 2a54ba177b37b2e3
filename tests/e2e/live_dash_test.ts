/** dash.js, shaka-player and RxPlayer play a channel over DASH: at the edge, in its window, over its periods, and after its end. */

import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { openPlayerBrowser, type PlayerBrowser, withPlayerPage } from "./browser.ts";
import {
  CHANNEL,
  encodeNumberedSource,
  LOOPBACK_CHANNEL,
  serveChannels,
  startEncoder,
  untilMpd,
  untilOver,
} from "./live_channel.ts";
import {
  checkNumbers,
  playLive,
  reachEnd,
  seconds,
  seekBackAndForth,
  watchEdge,
} from "./live_playback.ts";
import { FRAME_RATE } from "./numbered_clip.ts";
import { eventually, type NumberedFrame, type PageDriver } from "./page_driver.ts";

const PLAYERS = ["dashjs", "shaka", "rxplayer"] as const;

const SECONDS = 40;
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
  await untilMpd(url, /<S /);
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
  await untilOver(url);
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
  const periods = Promise.withResolvers<number>();
  const restart = async () => {
    await seconds(10);
    await killed.kill();
    await seconds(3);
    const encoder = startEncoder(served, { file: source.file, channel: "restart" });
    await untilMpd(url, /<Period id="p2"/);
    periods.resolve(Date.now());
    return encoder;
  };
  const [encoder] = await Promise.all([
    restart(),
    inPlayers("restart", browser, async (driver, player) => {
      await driver.load(player, `${url}/.mpd`, BUFFER_GOAL);
      await playLive(driver);
      const listedAt = await periods.promise;
      const isNew = ({ at, number }: NumberedFrame) => at > listedAt && number < 5 * FRAME_RATE;
      await eventually(driver.recordedFrames, (frames) => isNew(frames.at(-1)!));
      await seconds(5);
      const frames = await driver.recordedFrames();
      const first = frames.findIndex(({ number }, i) => number < (frames[i - 1]?.number ?? 0));
      const resumed = frames[first]!.at;
      const waited = resumed - Math.max(listedAt, frames[first - 1]!.at);
      assertLess(waited, 1000, "ms until the new period plays");
      checkNumbers(frames.slice(0, first));
      checkNumbers(frames.slice(first));
      assertEquals((await driver.state()).errors, []);
    }, [1, 1.7, 2.4]),
  ]);
  await encoder.stop();
});
