/** Compares the buffers of a player with the MPD, also when it plays another protocol. */

import { assertEquals } from "@std/assert";
import { readMpd, type Representation } from "../mpd.ts";
import { eventually, type PageDriver, type PlaybackState } from "./page_driver.ts";

/** Players trim to the duration of the MPD, and browsers to whole frames. In seconds. */
const TOLERANCE = 0.05;

/** Fetches the Representations of an MPD. */
export async function fetchMpd(url: string): Promise<Representation[]> {
  const response = await fetch(url);
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return readMpd(text, url);
}

/**
 * Waits until every buffer contains its whole Representation in one range.
 *
 * @param tolerance in seconds
 */
export async function waitUntilBuffered(
  driver: PageDriver,
  mpdUrl: string,
  tolerance = TOLERANCE,
): Promise<PlaybackState> {
  const representations = await fetchMpd(mpdUrl);
  return await eventually(
    driver.state,
    (state) => describeBufferErrors(state, representations, tolerance) === "",
  );
}

/**
 * Asserts that playback ended without errors or stalls, and every buffer contains its whole Representation in one range.
 *
 * @param tolerance in seconds
 */
export async function assertPlayedWell(
  driver: PageDriver,
  mpdUrl: string,
  tolerance = TOLERANCE,
): Promise<void> {
  const state = await driver.state();
  assertEquals(state.errors, []);
  assertEquals(state.stalls, []);
  assertEquals(state.ended, true, `stopped at ${state.time} s of ${state.duration}`);
  assertEquals(describeBufferErrors(state, await fetchMpd(mpdUrl), tolerance), "");
}

/** Describes the first difference of a buffer from the MPD; "" without one. */
function describeBufferErrors(
  { buffers }: PlaybackState,
  representations: readonly Representation[],
  tolerance: number,
): string {
  if (buffers.length === 0) return "no buffer";
  for (const { type, ranges } of buffers) {
    const same = representations.find(({ mimeType }) => type.startsWith(mimeType));
    if (!same) return `no Representation is ${type}`;
    const last = same.segments.at(-1)!;
    const start = (same.segments[0]!.time - same.offset) / same.timescale;
    const end = (last.time + last.duration - same.offset) / same.timescale;
    const [range, ...more] = ranges;
    const near = range && Math.abs(range[0] - start) < tolerance &&
      Math.abs(range[1] - end) < tolerance;
    if (!near || more.length) {
      return `${type} is buffered at ${JSON.stringify(ranges)}, not ${start}-${end}`;
    }
  }
  return "";
}
