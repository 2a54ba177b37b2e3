/** Durations of files: qualities of a film, and the files of a directory that is a presentation, last as long as each other. */

import type { MediaInput, TrackInput } from "../input/track_input.ts";
import { withPages } from "../mp4/samples/pages.ts";
import { getSeconds } from "./omitted_tracks.ts";

/** Greatest difference in two durations that are the same. */
const MAX_DIFFERENCE_SHARE = 0.01;

/** In seconds. Frames and audio packets of short files do not end together. */
const MIN_DIFFERENCE = 0.1;

/** Returns the duration of the longest video, else of the longest audio, in seconds; 0 without these. */
export async function measureSeconds(inputs: readonly TrackInput[]): Promise<number> {
  const media = inputs.filter((input) => input.type !== "text");
  const videos = media.filter(({ type }) => type === "video");
  const measured = videos.length > 0 ? videos : media.filter(({ type }) => type === "audio");
  return await withPages(() => getLongest(measured));
}

function getLongest(inputs: readonly MediaInput[]): number {
  return inputs.reduce((longest, input) => Math.max(longest, getSeconds(input)), 0);
}

/** Returns whether two durations in seconds are the same, apart from rounding and the last frame. */
export function lastAsLong(a: number, b: number): boolean {
  return Math.abs(a - b) <= Math.max(MIN_DIFFERENCE, MAX_DIFFERENCE_SHARE * Math.max(a, b));
}
