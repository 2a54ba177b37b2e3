/** Viewers of a channel over HLS: players with fMP4 and with MPEG-TS, at once. */

import { type PlayerBrowser, withPlayerPage } from "./browser.ts";
import { seconds } from "./live_playback.ts";
import { HLS_PLAYERS, type PageDriver } from "./page_driver.ts";

/** The multivariant playlist of fMP4. */
export const FMP4 = ".m3u8";

const MPEG_TS = "ts.m3u8";

const VIEWERS = [
  { player: "hlsjs", playlist: FMP4 },
  { player: "hlsjs", playlist: MPEG_TS },
  { player: "shaka", playlist: FMP4 },
  { player: "shaka", playlist: MPEG_TS },
] as const;

/** In seconds. */
const BUFFER_GOAL = 10;

interface HlsViewers {
  /** Of the test, for file names. */
  readonly name: string;
  /** Of the channel. */
  readonly url: string;
  /** Seconds until each viewer joins; by default all do at once. */
  readonly delays?: readonly number[];
  /** By default all. */
  readonly players?: readonly string[];
}

/** Runs a test for each viewer, on a page of its own. It is passed a function that opens the channel. */
export async function forHlsViewers(
  browser: PlayerBrowser,
  { name, url, delays = [], players = HLS_PLAYERS }: HlsViewers,
  test: (driver: PageDriver, load: () => Promise<void>, playlist: string) => Promise<void>,
): Promise<void> {
  const viewers = VIEWERS.filter(({ player }) => players.includes(player));
  await Promise.all(viewers.map(async ({ player, playlist }, i) => {
    await seconds(delays[i] ?? 0);
    await withPlayerPage(
      browser,
      `${player} ${playlist} ${name}`,
      (driver) =>
        test(driver, () => driver.load(player, `${url}/${playlist}`, BUFFER_GOAL), playlist),
    );
  }));
}
