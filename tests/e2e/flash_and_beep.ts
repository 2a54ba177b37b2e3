/** Checks the times of flashes and beeps in clips that have one of each per second. */

import { assert, assertGreater, assertLess } from "@std/assert";
import { decodeAudio, measureLightness } from "./ffmpeg.ts";
import { onsets } from "./page/onsets.js";
import type { PageDriver } from "./page_driver.ts";

/** Clips of testdata/, and the time of their first flash and beep, in seconds. */
export const CLIPS: [file: string, trait: string, first: number][] = [
  ["flash-avc-bframes.mp4", "B-frames and priming", 1],
  ["flash-avc-audiodelayed.mp4", "delayed audio", 1],
  ["flash-avc-audioprimed.mp4", "delayed audio without priming", 1],
  ["flash-avc-videodelayed.mp4", "delayed video", 1],
  ["flash-avc-trimmed.mp4", "an edit in the middle of a GOP", 0.6],
];

const MILLISECOND = 0.001;

/** Luma between black and white. */
const GREY = 128;

/** Time from the start of a beep of 1 kHz to half its level, in seconds. */
const RISE = 0.0001;

/** Video before the start of an edit is presented within this time. */
const PREROLL_SECONDS = 0.0005;

/** A busy machine interrupts audio sometimes, each time elsewhere. */
const TRIES = 4;

const SAMPLE_RATE = 48000;

/**
 * Checks some flashes and beeps of a clip in a player.
 *
 * @param first time of the first flash and beep, in seconds
 * @param counts offsets from the first one, in seconds; each check takes seconds
 */
export async function checkClip(driver: PageDriver, first: number, counts = [1, 5]): Promise<void> {
  for (const count of counts) {
    await checkFlash(driver, first + count);
    await checkBeep(driver, first + count);
  }
}

/**
 * Checks all flashes and beeps of a clip, decoded by ffmpeg.
 *
 * @param input URL of a manifest
 * @param first time of the first flash and beep, in seconds
 * @param offset offset of its timestamps from presentation times, in seconds
 */
export async function checkDecoded(input: string, first: number, offset = 0): Promise<void> {
  const { flashes, beeps } = await decodeFlashesAndBeeps(input, offset);
  assertGreater(flashes.length, 5);
  for (const [i, time] of flashes.entries()) {
    assertNear(time, first + i, `flash ${i}`);
    assertNear(beeps[i]!, first + i, `beep ${i}`);
  }
}

/**
 * Returns the times of flashes and beeps in seconds, decoded by ffmpeg.
 *
 * @param offset of timestamps from presentation times, in seconds
 */
export async function decodeFlashesAndBeeps(
  input: string,
  offset = 0,
): Promise<{ flashes: readonly number[]; beeps: readonly number[] }> {
  const presented = (await measureLightness(input))
    .map(({ time, light }) => ({ time: time - offset, light }))
    .filter(({ time }) => time > PREROLL_SECONDS);
  const flashes = presented.filter(({ light }, i) =>
    light > GREY && !(i > 0 && presented[i - 1]!.light > GREY)
  );
  const beeps = onsets(await decodeAudio(input, SAMPLE_RATE), SAMPLE_RATE);
  return {
    flashes: flashes.map(({ time }) => time),
    beeps: beeps.map((sample) => sample / SAMPLE_RATE - RISE - offset),
  };
}

/** Checks that the frame before `time` is dark, and the frame at `time` is light. */
export async function checkFlash(driver: PageDriver, time: number): Promise<void> {
  const before = await driver.getFrameAt(time - 2 * MILLISECOND);
  assertLess(before.light, GREY, `the frame before ${time} s`);
  const after = await driver.getFrameAt(time + 2 * MILLISECOND);
  assertGreater(after.light, GREY, `the frame after ${time} s`);
  assertNear(after.time, time, "the flash");
}

/** Checks that a flash and a beep are presented together after many edits, each of which adds no error to the one before. */
export async function checkTogether(driver: PageDriver, time: number): Promise<void> {
  await checkFlash(driver, time);
  const starts = [0, 512 / SAMPLE_RATE].map((apart) => time - 1 + 0.015 + apart);
  let beep = NaN;
  for (let i = 0; i < TRIES && !isTogether(beep, time); i++) {
    beep = await driver.findNextBeep(starts) - RISE;
  }
  assert(isTogether(beep, time), `the beep is at ${beep} s, the flash at ${time} s`);
}

/** EBU R 37 allows more. */
const MAX_APART = 0.025;

export function isTogether(beep: number, flash: number): boolean {
  return Math.abs(beep - flash) < MAX_APART;
}

/** Measures from two times within the previous beep, half an AAC frame apart (see page/measure.js). */
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
