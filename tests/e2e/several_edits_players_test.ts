/** Players show the frames of files with several edits at their times, over each protocol, and play on at the end of an edit. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readTracks } from "../mp4box.ts";
import { openPlayerBrowser, withPlayers } from "./browser.ts";
import { WITH_SEVERAL_EDITS } from "./check_track.ts";
import { applyEdits, readTrackEdits, type TrackEdit } from "./edited_frames.ts";
import { decodeFramesWithoutEdits, type Packet } from "./ffmpeg.ts";
import { checkTogether } from "./flash_and_beep.ts";
import { eventually, HLS_PLAYERS, type PageDriver, PLAYERS } from "./page_driver.ts";
import { MEDIA, packageAlone, packageName, serveTestdata } from "./root.ts";
import { FLASHES, TWENTY_EDITS, writeTwentyEdits } from "./twenty_edits.ts";

const FILES = MEDIA.filter((name) => WITH_SEVERAL_EDITS.test(name));

const served = serveTestdata(async (root) => {
  await writeTwentyEdits(root);
  for (const file of [...FILES, TWENTY_EDITS]) await packageAlone(root, file);
});
const browser = openPlayerBrowser();

interface Protocol {
  readonly name: string;
  /** Now and then, RxPlayer 4.5 does not start clips of less than 5 s. */
  readonly players: readonly string[];
  readonly manifest: string;
}

const SEGMENTED: readonly Protocol[] = [
  { name: "DASH", players: PLAYERS, manifest: ".mpd" },
  { name: "HLS", players: HLS_PLAYERS, manifest: "master.m3u8" },
  { name: "Smooth Streaming", players: ["dashjs_smooth"], manifest: "Manifest" },
];
for (const media of FILES) {
  for (const { name: protocol, players, manifest } of SEGMENTED) {
    const name = `${media} over ${protocol}`;
    Deno.test(`${players.join(" and ")} show the edits of ${name}`, async () => {
      const source = await readSource(media);
      await withPlayers(browser, { players, name }, async (driver, player) => {
        await driver.load(player, `${served.ams.url}/${packageName(media)}/${manifest}`, 60);
        await waitForBuffers(driver, getEnd(source));
        await checkJoins(driver, source);
        await playToEnd(driver, source);
      });
    });
  }
}

for (const media of FILES.filter((name) => /midgopedits|emptyedit/.test(name))) {
  const name = `${media} over MPEG-TS`;
  Deno.test(`${HLS_PLAYERS.join(" and ")} play the edits of ${name}`, async () => {
    const source = await readSource(media);
    await withPlayers(browser, { players: HLS_PLAYERS, name }, async (driver, player) => {
      await driver.load(player, `${served.ams.url}/${packageName(media)}/ts.m3u8`, 60);
      await playToEnd(driver, source);
    });
  });
}

for (
  const { name, players, manifest } of [
    ...SEGMENTED,
    { name: "Smooth Streaming", players: ["rxplayer"], manifest: "Manifest" },
  ]
) {
  Deno.test(`${players.join(" and ")} show flash and beep together after 20 edits over ${name}`, () =>
    withPlayers(browser, { players, name: `20 edits over ${name}` }, async (driver, player) => {
      await driver.load(player, `${served.ams.url}/${packageName(TWENTY_EDITS)}/${manifest}`, 60);
      await waitForBuffers(driver, FLASHES.at(-1)!);
      await checkTogether(driver, FLASHES.at(-1)!);
      assertEquals((await driver.state()).errors, []);
    }));
}

interface EditedSource {
  readonly edits: readonly TrackEdit[];
  /** At their presentation times. */
  readonly frames: readonly Packet[];
}

async function readSource(media: string): Promise<EditedSource> {
  const file = join(served.root, media);
  const bytes = await Deno.readFile(file);
  const video = readTracks(bytes).find(({ handler }) => handler === "vide")!;
  const edits = readTrackEdits(bytes, video.id);
  const whole = await decodeFramesWithoutEdits(file, `i:${video.id}`);
  return { edits, frames: applyEdits(whole, edits) };
}

/** Checks the frames next to each join after a paused seek into the middle of each, but one that an empty edit presents for longer. */
async function checkJoins(driver: PageDriver, { edits, frames }: EditedSource): Promise<void> {
  for (const { at } of edits.slice(1)) {
    const after = frames.findIndex(({ pts }) => pts >= at - MILLISECOND);
    for (const [i, { pts }] of frames.entries()) {
      const next = frames[i + 1]?.pts ?? Infinity;
      if (Math.abs(i - after + 0.5) > 1 || next - pts > LONGEST) continue;
      const { time } = await driver.getFrameAt((pts + next) / 2);
      const isNear = Math.abs(time - pts) < MILLISECOND;
      assert(isNear, `the frame at ${pts} s, near the join at ${at} s, is at ${time} s`);
    }
  }
}

const MILLISECOND = 0.001;

/** Of frames that no empty edit presents for longer, in seconds. */
const LONGEST = 0.1;

/** Players of MPEG-TS start at the first decode time, up to 0.1 s early. In seconds. */
const TOLERANCE = 0.15;

function getEnd({ edits }: EditedSource): number {
  const { at, start, end } = edits.at(-1)!;
  return at + end - start;
}

async function playToEnd(driver: PageDriver, source: EditedSource): Promise<void> {
  await driver.seek(0);
  await driver.play();
  const { errors, stalls, duration } = await eventually(driver.state, ({ ended }) => ended);
  assertEquals({ errors, stalls }, { errors: [], stalls: [] });
  assertAlmostEquals(duration, getEnd(source), TOLERANCE);
}

/** Waits until each buffer has one range up to a time in seconds. */
async function waitForBuffers(driver: PageDriver, end: number): Promise<void> {
  await eventually(
    driver.state,
    ({ buffers }) =>
      buffers.length > 0 &&
      buffers.every(({ ranges }) => ranges.length === 1 && ranges[0]![1] > end - TOLERANCE),
  );
}
