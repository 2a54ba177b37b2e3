/** Players open broadcasts over DASH that are over, and whose first hours are gone, or whose clock was set back. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createBroadcast, createPeriod, selectSegments } from "../../archive/recorded_broadcast.ts";
import { openPlayerBrowser, withPlayers } from "../browser.ts";
import { type BroadcastSite, serveBroadcasts } from "../broadcast_site.ts";
import { encodeNumberedSource } from "../live_channel.ts";
import { checkNumbers, playLive, reachEnd, seconds } from "../live_playback.ts";
import { FRAME_RATE } from "../numbered_clip.ts";

const PLAYERS = ["dashjs", "shaka", "rxplayer"] as const;

const SECONDS = 30;
const SEGMENT = 2;
const LAST_FRAME = SECONDS * FRAME_RATE - 1;
const BUFFER_GOAL = 10;

/** Frames that a busy page may play before it reports one. */
const MAX_MISSED = 50;

/** A packet, in seconds: audio of segments before which nothing is kept starts so much later than video. */
const MAX_AUDIO_DELAY = 0.03;

interface Kept {
  readonly name: string;
  /** By period: start in the broadcast, and the media that is kept of it. In seconds. */
  readonly periods: readonly { start: number; from: number; end: number }[];
}

const BROADCASTS: readonly Kept[] = [
  { name: "first-segments", periods: [{ start: 0, from: 16, end: SECONDS }] },
  { name: "first-periods", periods: [{ start: 7200.5, from: 0, end: SECONDS }] },
  {
    name: "clock",
    periods: [{ start: 3600, from: 4, end: 10 }, { start: 3609, from: 0, end: SECONDS }],
  },
];

const source = encodeNumberedSource(SECONDS);
const browser = openPlayerBrowser();
const open = new AsyncDisposableStack();
let site: BroadcastSite;

Deno.test.beforeAll(async () => {
  site = open.use(
    await serveBroadcasts(
      source.file,
      (presentation) =>
        new Map(BROADCASTS.map(({ name, periods }) => {
          const listed = periods.map(({ start, from, end }, i) => {
            const span = { first: from / SEGMENT, end: end / SEGMENT };
            const selected = selectSegments(presentation, span);
            return createPeriod(selected, { number: 5 + i, start, isOver: true });
          });
          return [name, createBroadcast(listed, { isLive: false })];
        })),
    ),
  );
});
Deno.test.afterAll(() => open.disposeAsync());

for (const { name, periods } of BROADCASTS) {
  const [first] = periods;
  const firstFrame = first!.from * FRAME_RATE;
  const firstEnd = Math.min(first!.start + first!.end, periods[1]?.start ?? Infinity);
  const end = periods.at(-1)!.start + SECONDS;
  Deno.test(`players open a broadcast at its first frame and at its last: ${name}`, () =>
    withPlayers(browser, { players: PLAYERS, name }, async (driver, player) => {
      await driver.load(player, `${site.url}/${name}/.mpd`, BUFFER_GOAL);
      await playLive(driver);
      await seconds(2);
      const frames = (await driver.recordedFrames())
        .filter(({ time }) => first!.start + first!.from <= time && time < firstEnd);
      assertAlmostEquals(frames[0]!.number, firstFrame, MAX_MISSED);
      assertAlmostEquals(checkNumbers(frames), first!.start, 0.002);
      const { duration } = await driver.state();
      assertAlmostEquals(duration, end, 0.1);
      await driver.seek(duration - 1.5);
      await reachEnd(driver, LAST_FRAME);
      const { errors } = await driver.state();
      assertEquals(errors.filter((error) => !isAudioStart(error, first!)), []);
    }));
}

/** RxPlayer warns if it has to skip the time before the first packet of audio; it does not on most runs. */
function isAudioStart(error: string, { start, from }: { start: number; from: number }): boolean {
  const [, target] = /DISCONTINUITY_ENCOUNTERED.*seeking at position ([\d.]+)$/.exec(error) ?? [];
  return Math.abs(Number(target) - start - from) <= MAX_AUDIO_DELAY;
}
