/** hls.js and shaka-player play a channel over HLS: at the edge, in its window, and after its end. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { openPlayerBrowser } from "../browser.ts";
import {
  CHANNEL,
  encodeNumberedSource,
  type LiveEncoder,
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
import { forHlsViewers } from "../live_hls_viewers.ts";
import { FRAME_RATE } from "../numbered_clip.ts";
import { eventually } from "../page_driver.ts";

const SECONDS = 58;
const LAST_FRAME = SECONDS * FRAME_RATE - 1;

/**
 * Between the joins of viewers, in seconds: each joins at a time of its own. The broadcast is old enough by then, since shaka-player
 * goes back no further than the playlist did when it was opened.
 */
const JOINS = [0, 1.3, 2.6, 3.9];

const served = serveChannels({ edge: CHANNEL });
const source = encodeNumberedSource(SECONDS);
const browser = openPlayerBrowser();

let edge: LiveEncoder;

Deno.test.beforeAll(async () => {
  edge = startEncoder(served, { file: source.file, channel: "edge" });
  await untilMpd(served.channel("edge"), /<S /);
});

Deno.test("hls.js and shaka-player play at the live edge, 16 s back and at the edge again, and to the end of the broadcast", async () => {
  const url = served.channel("edge");
  await untilAge(edge, 28);
  await forHlsViewers(browser, { name: "live", url, delays: JOINS }, async (driver, load) => {
    await load();
    await playLive(driver);
    await watchEdge(driver, edge, 15);
    await seekBackAndForth(driver, 16);
    await reachEnd(driver, LAST_FRAME);
    assertEquals((await driver.state()).errors, []);
    checkNumbers(await driver.recordedFrames());
  });
  await edge.done;
});

Deno.test("hls.js and shaka-player open a broadcast that is over at its first and last frame", async () => {
  const url = served.channel("edge");
  await untilOver(url);
  await forHlsViewers(browser, { name: "over", url }, async (driver, load) => {
    await load();
    await eventually(driver.state, ({ frames }) => frames > 0);
    assertEquals(await driver.frameNumber(), 0);
    const { duration } = await driver.state();
    assertAlmostEquals(duration, SECONDS, 0.1);
    await driver.seek(duration - 1.5);
    await driver.play();
    await reachEnd(driver, LAST_FRAME);
    assertEquals((await driver.state()).errors, []);
  });
});

/** Waits until the encoder has pushed for some seconds. */
function untilAge({ startedAt }: LiveEncoder, age: number): Promise<void> {
  return seconds(Math.max(0, age - (Date.now() - startedAt) / 1000));
}
