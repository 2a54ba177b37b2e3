/** Flash and beep coincide to the millisecond over HLS, in fMP4 and in MPEG-TS. */

import { assertEquals } from "@std/assert";
import { openPlayerBrowser, withPlayers } from "./browser.ts";
import { fetchMpd, waitUntilBuffered } from "./buffered.ts";
import { checkClip, checkDecoded, CLIPS } from "./flash_and_beep.ts";
import { packageAlone, packageName, serveTestdata } from "./root.ts";
import { eventually, HLS_PLAYERS, type PlaybackState } from "./page_driver.ts";

/** Offset of MPEG-TS timestamps from presentation times, in seconds (docs/design/timing.md). */
const TIMESTAMP_OFFSET = 10;

/** End of the measured part of a clip, in seconds. */
const MEASURED_END = 6.5;

/** Flash and beep to measure in players: after two segment boundaries. */
const COUNTS = [5];

const served = serveTestdata(async (root) => {
  for (const [file] of CLIPS) await packageAlone(root, file);
});
const browser = openPlayerBrowser();

for (const [file, trait, first] of CLIPS) {
  const url = (name: string) => `${served.ams.url}/${packageName(file)}/${name}`;

  Deno.test(`hls.js and shaka-player show flash and beep together over fMP4: ${trait}`, () =>
    withPlayers(
      browser,
      { players: HLS_PLAYERS, name: `${trait} over fMP4` },
      async (driver, player) => {
        await driver.load(player, url("master.m3u8"), 60);
        await waitUntilBuffered(driver, url(".mpd"));
        await checkClip(driver, first, COUNTS);
      },
    ));

  Deno.test(`hls.js shows flash and beep together over MPEG-TS: ${trait}`, () =>
    withPlayers(
      browser,
      { players: ["hlsjs"], name: `${trait} over MPEG-TS` },
      async (driver, player) => {
        await driver.load(player, url("ts.m3u8"), 60);
        const state = await eventually(driver.state, isLoaded);
        await checkClip(driver, first + (await getVideoShift(state, url(".mpd"))), COUNTS);
      },
    ));

  // it starts audio and video at 0 separately, so tracks that start late are early
  Deno.test(`shaka-player plays MPEG-TS to the end: ${trait}`, () =>
    withPlayers(
      browser,
      { players: ["shaka"], name: `${trait} over MPEG-TS` },
      async (driver, player) => {
        await driver.load(player, url("ts.m3u8"), 60);
        await driver.play();
        await driver.reach(0.5);
        await driver.seek((await driver.state()).duration - 1);
        await driver.reach(60);
        const { errors, stalls, ended } = await driver.state();
        assertEquals({ errors, stalls, ended }, { errors: [], stalls: [], ended: true });
      },
    ));

  Deno.test(`ffmpeg decodes flash and beep at the same times from playlists: ${trait}`, async () => {
    await checkDecoded(url("master.m3u8"), first);
    await checkDecoded(url("ts.m3u8"), first, TIMESTAMP_OFFSET);
  });
}

/** Checks only the ends of buffers: hls.js inserts silence before audio that starts late. */
function isLoaded({ buffers }: PlaybackState): boolean {
  return buffers.length === 2 &&
    buffers.every(({ ranges }) => (ranges.at(-1)?.[1] ?? 0) > MEASURED_END);
}

/** Shift of video in a player, in seconds: it does not know the presentation times of MPEG-TS. */
async function getVideoShift({ buffers }: PlaybackState, mpdUrl: string): Promise<number> {
  const isVideo = (type: string) => type.startsWith("video/");
  const { segments, timescale } = (await fetchMpd(mpdUrl)).find((one) => isVideo(one.mimeType))!;
  return buffers.find(({ type }) => isVideo(type))!.ranges[0]![0] - segments[0]!.time / timescale;
}
