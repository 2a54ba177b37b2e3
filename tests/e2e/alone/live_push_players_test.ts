/** Players at the live edge of channels to which ffmpeg pushes RTMP, DASH and HLS. */

import { openPlayerBrowser, withPlayerPage } from "../browser.ts";
import {
  CHANNEL,
  encodeNumberedSource,
  type PushFormat,
  serveChannels,
  startEncoder,
  untilMpd,
} from "../live_channel.ts";
import { playLive, seconds, watchEdge } from "../live_playback.ts";

const FORMATS = ["rtmp", "dash", "hls"] as const satisfies PushFormat[];

const PLAYERS = [
  { player: "dashjs", manifest: ".mpd" },
  { player: "shaka", manifest: ".mpd" },
  { player: "rxplayer", manifest: ".mpd" },
  { player: "hlsjs", manifest: ".m3u8" },
];

/** Of the clip: players join, and play for `WATCHED`. */
const SECONDS = 36;
const WATCHED = 15;

/** Between the joins of players, in seconds: each joins at a time of its own. */
const JOIN_INTERVAL = 0.7;

const BUFFER_GOAL = 10;

const served = serveChannels(Object.fromEntries(FORMATS.map((format) => [format, CHANNEL])));
const source = encodeNumberedSource(SECONDS);
const browser = openPlayerBrowser();

Deno.test("players play what is pushed by RTMP, as DASH and as HLS at the live edge", async () => {
  await Promise.all(FORMATS.map(async (format, i) => {
    const encoder = startEncoder(served, { file: source.file, channel: format, format });
    const url = served.channel(format);
    await untilMpd(url, /<S /);
    await Promise.all(PLAYERS.map(async ({ player, manifest }, j) => {
      await seconds(3 + JOIN_INTERVAL * (i + FORMATS.length * j));
      await withPlayerPage(browser, `${player} ${format}`, async (driver) => {
        await driver.load(player, `${url}/${manifest}`, BUFFER_GOAL);
        await playLive(driver);
        await watchEdge(driver, encoder, WATCHED);
      });
    }));
    await encoder.stop();
  }));
});
