/** hls.js plays a channel over HLS where audio is missing for a while (hls.js#2922). */

import { assertEquals } from "@std/assert";
import { openPlayerBrowser, withPlayerPage } from "../browser.ts";
import {
  encodeNumberedSource,
  LOOPBACK_CHANNEL,
  serveChannels,
  startEncoder,
  untilMpd,
} from "../live_channel.ts";
import { playLive, seconds } from "../live_playback.ts";
import { eventually } from "../page_driver.ts";

/** In seconds. */
const SILENCE = 20;

/** The default of hls.js, in seconds: it must reach beyond the silence. */
const BUFFER_GOAL = 30;

/** Logged by hls.js where it skips what was not pushed. */
const HOLE_WARNING = /bufferSeekOverHole/;

const served = serveChannels({ silence: LOOPBACK_CHANNEL });
const source = encodeNumberedSource(60);
const browser = openPlayerBrowser();

Deno.test(`hls.js plays on when audio was not pushed for ${SILENCE} s`, async () => {
  const url = served.channel("silence");
  const options = { file: source.file, channel: "silence", format: "cmaf" } as const;
  const pushAudio = () => startEncoder(served, { ...options, stream: "feed2", tracks: "a" });
  const video = startEncoder(served, { ...options, stream: "feed1", tracks: "v" });
  const audio = pushAudio();
  await untilMpd(url, /<S /);
  await withPlayerPage(browser, "hlsjs silence", async (driver) => {
    await seconds(6);
    await driver.load("hlsjs", `${url}/.m3u8`, BUFFER_GOAL);
    await playLive(driver);
    await audio.kill();
    await seconds(SILENCE);
    const resumed = pushAudio();
    await untilMpd(url, /<Period id="p2"/);
    const { time } = await driver.state();
    await eventually(driver.state, (state) => state.time > time + 3);
    const { errors } = await driver.state();
    assertEquals(errors.filter((error) => !HOLE_WARNING.test(error)), []);
    await resumed.stop();
  });
  await video.stop();
});
