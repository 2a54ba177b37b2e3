/** Players show key frames, each a resource of its own, in fMP4 and in MPEG-TS, also of a clip. */

import { assert, assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import { join } from "@std/path";
import { amspackager } from "./ams.ts";
import { openPlayerBrowser, withPlayerPage } from "./browser.ts";
import { DURATION, FRAME_RATE, KEY_FRAME_INTERVAL, makeNumberedClip } from "./numbered_clip.ts";
import type { NumberedFrame, PageDriver } from "./page_driver.ts";
import type { Request } from "./playwright.ts";
import { serveTestdata } from "./root.ts";

interface Format {
  readonly name: string;
  readonly multivariant: string;
  readonly extension: string;
  /** Of presentation times, in seconds: players start MPEG-TS at the first decode time. */
  readonly tolerance: number;
}

const FORMATS: readonly Format[] = [
  { name: "fMP4", multivariant: "master.m3u8", extension: ".iframe.m4s", tolerance: 0.002 },
  { name: "MPEG-TS", multivariant: "ts.m3u8", extension: ".iframe.ts", tolerance: 0.1 },
];

/** Queries, and the start of their clip in the source. In seconds. */
const CLIPS = [["", 0], ["?start=3", 3]] as const;

const SEGMENT_DURATION = 3;

/** Of a few key frames: Chromium decodes none before it has the next ones. In seconds. */
const BUFFER_GOAL = 6;

const SPEED = 4;

/** In MPEG-TS, shaka-player 5.2 stalls up to four seconds before the end (docs/players.md). In seconds. */
const UNPLAYED = 5;

const served = serveTestdata(async (root) => {
  await makeNumberedClip(join(root, "numbered.mp4"));
  const duration = String(SEGMENT_DURATION);
  await amspackager(root, "-o", "numbered.json", "-d", duration, "-i", "numbered.mp4");
});
const browser = openPlayerBrowser();

for (const format of FORMATS) {
  for (const [query, start] of CLIPS) {
    const name = `${format.name}${query}`;
    Deno.test(`hls.js shows the key frame at a time: ${name}`, () =>
      withPlayer("hlsjs", { format, query }, async (driver) => {
        for (const time of [7.5, 2.5, DURATION - start - 0.5, 0.5]) {
          const keyFrame = Math.floor((start + time) / KEY_FRAME_INTERVAL) * KEY_FRAME_INTERVAL;
          assertEquals(await driver.scrub(time), keyFrame * FRAME_RATE, `at ${time} s`);
        }
      }));

    Deno.test(`shaka-player plays key frames at ${SPEED} times the speed: ${name}`, () =>
      withPlayer("shaka", { format, query }, async (driver) => {
        const { tolerance } = format;
        await driver.play();
        await driver.trickPlay(SPEED);
        await driver.recordFrames();
        await driver.reach(DURATION - start - UNPLAYED);
        const frames = selectTrickPlay(await driver.recordedFrames());
        assertGreater(frames.length, 2);
        for (const { time, number } of frames) {
          assertAlmostEquals(start + time, number / FRAME_RATE, tolerance, JSON.stringify(frames));
        }
      }));
  }
}

/** Returns the key frames that follow the segments which were buffered before. */
function selectTrickPlay(frames: readonly NumberedFrame[]): readonly NumberedFrame[] {
  const isKeyFrame = ({ number }: NumberedFrame) =>
    number % (KEY_FRAME_INTERVAL * FRAME_RATE) === 0;
  return frames.slice(1 + frames.findLastIndex((frame) => !isKeyFrame(frame)));
}

/** Loads a multivariant playlist, and checks afterwards that key frames were requested as resources of their own. */
async function withPlayer(
  player: string,
  { format, query }: { format: Format; query: string },
  test: (driver: PageDriver) => Promise<void>,
): Promise<void> {
  const requests: Request[] = [];
  const record = (request: Request) => requests.push(request);
  browser.context.on("request", record);
  const url = `${served.ams.url}/numbered.json/${format.multivariant}${query}`;
  const name = `${player} ${format.name} key frames${query}`;
  try {
    await withPlayerPage(browser, name, async (driver) => {
      await driver.load(player, url, BUFFER_GOAL);
      await test(driver);
      assertEquals((await driver.state()).errors, []);
    });
  } finally {
    browser.context.off("request", record);
  }
  const keyFrames = requests.filter((request) => request.url().includes(".iframe."));
  assertGreater(keyFrames.length, 3);
  for (const request of keyFrames) {
    assert(request.url().endsWith(format.extension), request.url());
    assertEquals(request.headers()["range"], undefined, request.url());
  }
}
