/** What a viewer of a channel sees: the numbered frames of what encoders push, when they were pushed and when they are shown. */

import { assert, assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import type { LiveEncoder } from "./live_channel.ts";
import { FRAME_RATE } from "./numbered_clip.ts";
import { eventually, type NumberedFrame, type PageDriver } from "./page_driver.ts";

/** Of the frames that players present at the edge, in seconds. */
export const MAX_LATENCY = 12;

/** A little more than the rounding of times. In seconds. */
const TOLERANCE = 0.002;

/** A busy machine may draw the frame after the one that it reports. */
const MAX_LATE_READS = 0.05;

/** Of the frames that a busy machine draws late, in seconds. */
const MAX_DELAY = 1;

export const seconds = (count: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, 1000 * count));

/** Plays from where the player starts, and waits for frames. */
export async function playLive(driver: PageDriver): Promise<void> {
  await driver.recordFrames();
  await driver.play();
  await eventually(driver.recordedFrames, (frames) => frames.length > FRAME_RATE / 2);
}

/** Seconds between a frame's push and its presentation, now. */
export async function readLatency(
  driver: PageDriver,
  { startedAt }: Pick<LiveEncoder, "startedAt">,
): Promise<number> {
  const frame = (await driver.recordedFrames()).at(-1)!;
  return (frame.at - startedAt) / 1000 - frame.number / FRAME_RATE;
}

/** Checks that it has played for some seconds, at the edge. */
export async function watchEdge(
  driver: PageDriver,
  encoder: Pick<LiveEncoder, "startedAt">,
  count: number,
): Promise<void> {
  assertLess(await readLatency(driver, encoder), MAX_LATENCY, "latency at the start");
  const { time } = await driver.state();
  await seconds(count);
  await assertUndisturbed(driver);
  const played = (await driver.state()).time - time;
  assertGreater(played, 0.8 * count, `played of ${count} s`);
  assertLess(await readLatency(driver, encoder), MAX_LATENCY, "latency at the end");
}

/** Seeks back from where it is, plays there, and returns to where it was. */
export async function seekBackAndForth(driver: PageDriver, back: number): Promise<void> {
  const { time } = await driver.state();
  for (const target of [time - back, time]) {
    await driver.seek(target);
    await eventually(driver.state, (state) => state.time > target + 2);
    const frame = (await driver.recordedFrames()).at(-1)!;
    assertAlmostEquals(frame.time, target + 2, 1.5, `after a seek to ${target} s`);
  }
}

export async function assertUndisturbed(driver: PageDriver): Promise<void> {
  const { errors, stalls } = await driver.state();
  assertEquals({ errors, stalls }, { errors: [], stalls: [] });
}

/**
 * Checks that all frames show the number that belongs to their time.
 *
 * @returns the time of frame 0 in seconds
 */
export function checkNumbers(frames: readonly NumberedFrame[]): number {
  const starts = frames.map(({ time, number }) => time - number / FRAME_RATE)
    .sort((a, b) => a - b);
  const start = starts[starts.length >> 1]!;
  const wrong = starts.filter((one) => Math.abs(one - start) > TOLERANCE);
  const far = wrong.filter((one) =>
    one - start > TOLERANCE + 2 / FRAME_RATE || start - one > MAX_DELAY
  );
  assertEquals(far, [], `frames of another number than their time, frame 0 is at ${start} s`);
  const maxWrong = Math.max(1, MAX_LATE_READS * frames.length);
  assert(wrong.length <= maxWrong, `${wrong.length} of ${frames.length}`);
  return start;
}

/** Waits until the video has ended, and checks which frame is the last. */
export async function reachEnd(driver: PageDriver, lastFrame: number): Promise<void> {
  await eventually(driver.state, ({ ended }) => ended);
  const isLast = async () => await driver.frameNumber() === lastFrame;
  for (let i = 0; i < 10 && !await isLast(); i++) await seconds(0.3); // a busy machine draws it later
  assertEquals(await driver.frameNumber(), lastFrame, "the last frame");
}
