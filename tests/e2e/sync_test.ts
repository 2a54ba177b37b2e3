/** A flash and a beep are seen and heard together, at their own time, to the millisecond. */

import { assert, assertGreater, assertLess } from "@std/assert";
import { onPage, openCinema } from "./browser.ts";
import { bufferedWhole } from "./buffered.ts";
import { lightness, sound } from "./ffmpeg.ts";
import { onsets } from "./page/onsets.js";
import { packageAlone, packageName, serveTestdata } from "./root.ts";
import { PLAYERS, type Stage } from "./stage.ts";

/** Clips of testdata, and the first of their flashes and beeps that are a second apart. In seconds. */
const CLIPS: [file: string, trait: string, first: number][] = [
  ["flash-avc-bframes.mp4", "B-frames and priming", 1],
  ["flash-avc-audiodelayed.mp4", "delayed sound", 1],
  ["flash-avc-audioprimed.mp4", "delayed sound with its priming cut", 1],
  ["flash-avc-videodelayed.mp4", "delayed pictures", 1],
  ["flash-avc-trimmed.mp4", "an edit in the middle of a GOP", 0.6],
];

/** Those that are measured in players, counted from the first one: each takes seconds. */
const MEASURED = [1, 5];

const MILLISECOND = 0.001;

/** A picture is black below and white above. */
const GREY = 128;

/** How long a beep of 1 kHz takes to half its level. In seconds. */
const RISE = 0.0001;

/** Pictures before an edit's start are presented before this. In seconds. */
const SQUEEZED = 0.0005;

const SAMPLE_RATE = 48000;

const served = serveTestdata(async (root) => {
  for (const [file] of CLIPS) await packageAlone(root, file);
});
const cinema = openCinema();

Deno.test("the browser by itself shows flash and beep together: what is measured is the media", () =>
  onPage(cinema, "control", async (stage) => {
    const [file, , first] = CLIPS[0]!;
    await stage.load("none", `${served.ams.url}/${file}`, 0);
    await checkFlash(stage, first + 1);
    await checkBeep(stage, first + 1);
  }));

for (const [file, trait, first] of CLIPS) {
  for (const player of PLAYERS) {
    const name = `${player} shows flash and beep together: ${trait}`;
    Deno.test(name, () =>
      onPage(cinema, name, async (stage) => {
        await stage.load(player, mpdUrl(file), 60);
        await bufferedWhole(stage, mpdUrl(file));
        for (const count of MEASURED) {
          await checkFlash(stage, first + count);
          await checkBeep(stage, first + count);
        }
      }));
  }

  Deno.test(`ffmpeg decodes flash and beep at the same times: ${trait}`, async () => {
    const presented = (await lightness(mpdUrl(file))).filter(({ time }) => time > SQUEEZED);
    const flashes = presented.filter(({ light }, i) =>
      light > GREY && !(presented[i - 1]!.light > GREY)
    );
    const beeps = onsets(await sound(mpdUrl(file), SAMPLE_RATE), SAMPLE_RATE);
    assertGreater(flashes.length, 5);
    for (const [i, { time }] of flashes.entries()) {
      assertNear(time, first + i, `flash ${i}`);
      assertNear(beeps[i]! / SAMPLE_RATE - RISE, first + i, `beep ${i}`);
    }
  });
}

function mpdUrl(file: string): string {
  return `${served.ams.url}/${packageName(file)}/.mpd`;
}

/** Dark just before, light just after, in a picture that is presented then. */
async function checkFlash(stage: Stage, time: number): Promise<void> {
  const before = await stage.pictureAt(time - 2 * MILLISECOND);
  assertLess(before.light, GREY, `the picture before ${time} s`);
  const after = await stage.pictureAt(time + 2 * MILLISECOND);
  assertGreater(after.light, GREY, `the picture after ${time} s`);
  assertNear(after.time, time, "the flash");
}

/** Counted from two places within the beep before, half a block of AAC apart (see page/measure.js). */
async function checkBeep(stage: Stage, time: number): Promise<void> {
  const starts = [0, 512 / SAMPLE_RATE].map((apart) => time - 1 + 0.015 + apart);
  assertNear(await stage.nextBeep(starts) - RISE, time, "the beep");
}

function assertNear(actual: number, expected: number, what: string): void {
  assert(Math.abs(actual - expected) < MILLISECOND, `${what} is at ${actual} s, not ${expected}`);
}
