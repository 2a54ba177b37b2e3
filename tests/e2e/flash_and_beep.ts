/** Clips with a flash and a beep each second, and whether these come when they should. */

import { assert, assertGreater, assertLess } from "@std/assert";
import { decodeAudio, measureLightness } from "./ffmpeg.ts";
import { onsets } from "./page/onsets.js";
import type { PageDriver } from "./page_driver.ts";

/** Clips of testdata, and the first of their flashes and beeps that are a second apart. In seconds. */
export const CLIPS: [file: string, trait: string, first: number][] = [
  ["flash-avc-bframes.mp4", "B-frames and priming", 1],
  ["flash-avc-audiodelayed.mp4", "delayed sound", 1],
  ["flash-avc-audioprimed.mp4", "delayed sound with its priming cut", 1],
  ["flash-avc-videodelayed.mp4", "delayed pictures", 1],
  ["flash-avc-trimmed.mp4", "an edit in the middle of a GOP", 0.6],
];

const MILLISECOND = 0.001;

/** A picture is black below and white above. */
const GREY = 128;

/** How long a beep of 1 kHz takes to half its level. In seconds. */
const RISE = 0.0001;

/** Pictures before an edit's start are presented before this. In seconds. */
const PREROLL_SECONDS = 0.0005;

/** A busy machine tears the sound now and then, somewhere else each time. */
const TRIES = 4;

const SAMPLE_RATE = 48000;

/**
 * Some of a clip's flashes and beeps are seen and heard in a player.
 *
 * @param first flash and beep, in seconds
 * @param counts which, counted from the first one: each takes seconds
 */
export async function checkClip(driver: PageDriver, first: number, counts = [1, 5]): Promise<void> {
  for (const count of counts) {
    await checkFlash(driver, first + count);
    await checkBeep(driver, first + count);
  }
}

/**
 * All of a clip's flashes and beeps come out of ffmpeg.
 *
 * @param input URL of a manifest
 * @param first flash and beep, in seconds
 * @param ahead what its timestamps are ahead of the presentation, in seconds
 */
export async function checkDecoded(input: string, first: number, ahead = 0): Promise<void> {
  const presented = (await measureLightness(input))
    .map(({ time, light }) => ({ time: time - ahead, light }))
    .filter(({ time }) => time > PREROLL_SECONDS);
  const flashes = presented.filter(({ light }, i) =>
    light > GREY && !(presented[i - 1]!.light > GREY)
  );
  const beeps = onsets(await decodeAudio(input, SAMPLE_RATE), SAMPLE_RATE);
  assertGreater(flashes.length, 5);
  for (const [i, { time }] of flashes.entries()) {
    assertNear(time, first + i, `flash ${i}`);
    assertNear(beeps[i]! / SAMPLE_RATE - RISE - ahead, first + i, `beep ${i}`);
  }
}

/** Dark just before, light just after, in a picture that is presented then. */
export async function checkFlash(driver: PageDriver, time: number): Promise<void> {
  const before = await driver.getFrameAt(time - 2 * MILLISECOND);
  assertLess(before.light, GREY, `the picture before ${time} s`);
  const after = await driver.getFrameAt(time + 2 * MILLISECOND);
  assertGreater(after.light, GREY, `the picture after ${time} s`);
  assertNear(after.time, time, "the flash");
}

/** Counted from two places within the beep before, half a block of AAC apart (see page/measure.js). */
export async function checkBeep(driver: PageDriver, time: number): Promise<void> {
  const starts = [0, 512 / SAMPLE_RATE].map((apart) => time - 1 + 0.015 + apart);
  let beep = NaN;
  for (let i = 0; i < TRIES && !isNear(beep, time); i++) {
    beep = await driver.findNextBeep(starts) - RISE;
  }
  assertNear(beep, time, "the beep");
}

function isNear(actual: number, expected: number): boolean {
  return Math.abs(actual - expected) < MILLISECOND;
}

function assertNear(actual: number, expected: number, what: string): void {
  assert(isNear(actual, expected), `${what} is at ${actual} s, not ${expected}`);
}
