/** hls.js and shaka-player play a channel over HLS where encoders fail. */

import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { openPlayerBrowser } from "../browser.ts";
import {
  encodeNumberedSource,
  type LiveEncoder,
  LOOPBACK_CHANNEL,
  serveChannels,
  startEncoder,
  untilMpd,
} from "../live_channel.ts";
import { FMP4, forHlsViewers } from "../live_hls_viewers.ts";
import { checkNumbers, playLive, seconds } from "../live_playback.ts";
import { eventually, type NumberedFrame, type PlaybackState } from "../page_driver.ts";

/** Between the joins of viewers, in seconds. */
const JOINS = [0, 0.5, 1, 1.5];

const served = serveChannels({ restart: LOOPBACK_CHANNEL });
const source = encodeNumberedSource(60);
const browser = openPlayerBrowser();

let killed: LiveEncoder;

Deno.test.beforeAll(async () => {
  killed = startEncoder(served, { file: source.file, channel: "restart" });
  await untilMpd(served.channel("restart"), /<S /);
});

Deno.test("hls.js and shaka-player continue with the period of an encoder that was killed and starts from zero", async () => {
  const url = served.channel("restart");
  await untilAge(killed, 40); // shaka-player forgets what the playlist had when it was opened, the faster the longer nothing is pushed
  const restart = async () => {
    await seconds(7);
    await killed.kill();
    await seconds(3);
    const encoder = startEncoder(served, { file: source.file, channel: "restart" });
    await untilMpd(url, /<Period id="p2"/);
    return { encoder, listedAt: Date.now() };
  };
  const restarted = restart();
  await forHlsViewers(
    browser,
    { name: "restart", url, delays: JOINS },
    async (driver, load, playlist) => {
      await load();
      await playLive(driver);
      const { listedAt } = await restarted;
      await eventually(driver.recordedFrames, (frames) => findRestart(frames) > 0);
      await seconds(5);
      if (playlist === FMP4) assertInSync(await driver.state());
      const frames = await driver.recordedFrames();
      const first = findRestart(frames);
      assertContinued(frames[first - 1]!, frames[first]!, listedAt);
      checkNumbers(frames.slice(0, first));
      checkNumbers(frames.slice(first));
      const { errors } = await driver.state();
      assertEquals(errors.filter((error) => !HOLE_WARNING.test(error)), []);
    },
  );
  await (await restarted).encoder.stop();
});

/** Times of both tracks start at 0 in each period: players add the same to them. */
function assertInSync({ buffers }: PlaybackState): void {
  const [first, second] = buffers.map(({ offset }) => offset);
  assertAlmostEquals(first!, second!, 0.005, "audio is not in sync with video");
}

/** Logged by hls.js where it skips what was not pushed: the last frame and the last packet of audio end at different times. */
const HOLE_WARNING = /bufferSeekOverHole/;

/** Waits until the encoder has pushed for some seconds. */
function untilAge({ startedAt }: LiveEncoder, age: number): Promise<void> {
  return seconds(Math.max(0, age - (Date.now() - startedAt) / 1000));
}

/** Returns the index of the first frame with a smaller number than the frame before it; -1 if there is none. */
const MAX_LATE_READ = 2;

function findRestart(frames: readonly NumberedFrame[]): number {
  return frames.findIndex(({ number }, i) =>
    i > 0 && number < frames[i - 1]!.number - MAX_LATE_READ
  );
}

function assertContinued(last: NumberedFrame, first: NumberedFrame, listedAt: number): void {
  const gap = 1000 * (first.time - last.time);
  const latest = Math.max(listedAt, last.at + gap) + 1000;
  assertLess(first.at, latest, `the period was listed at ${listedAt}, ${gap} ms are missing`);
}
