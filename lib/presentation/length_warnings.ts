/** Warnings about tracks that start late or end early, which players show as silence, black or a stall. */

import { findMax, findMin } from "../extremes.ts";
import type { MediaRendition, Rendition } from "./presentation.ts";

/** In seconds. Players stall or skip if the first sample is presented later. */
const MAX_LATE_START = 0.1;

/** In seconds. Ends of tracks that differ by less are equal: frames and audio packets do not end together. */
const MAX_END_DIFFERENCE = 0.5;

type Played = MediaRendition & { readonly type: "video" | "audio" };

export function warnLengths(renditions: Iterable<Rendition>): string[] {
  const played = [...renditions].filter((rendition): rendition is Played =>
    rendition.type === "video" || rendition.type === "audio"
  );
  return [...warnLateStarts(played), ...warnEarlyEnds(played)];
}

/** Returns true if the renditions present the same time, apart from the last frame. */
export function endTogether(renditions: readonly MediaRendition[]): boolean {
  const ends = renditions.map(getEndSeconds);
  return findMax(ends) - findMin(ends) <= MAX_END_DIFFERENCE;
}

function warnLateStarts(played: readonly Played[]): string[] {
  const first = findMin(played.map(getStartSeconds));
  return played.filter((rendition) => getStartSeconds(rendition) > MAX_LATE_START)
    .map((rendition) =>
      `${describe(rendition)} starts at ${
        round(getStartSeconds(rendition))
      } s: some players stall or skip up to ` +
      `there; ${describeCure(rendition, first)}`
    );
}

/** Where all tracks are late, ffmpeg moves them to 0. Its filters see the late time too, so it is removed before they add a gap. */
function describeCure(rendition: Played, first: number): string {
  const gap = round(getStartSeconds(rendition) - first);
  if (gap <= MAX_LATE_START) return "`ffmpeg -i in.mp4 -c copy out.mp4` moves it to 0";
  const filters = rendition.type === "audio"
    ? `-af asetpts=PTS-STARTPTS,adelay=${Math.round(1000 * gap)}:all=1`
    : `-vf setpts=PTS-STARTPTS,tpad=start_duration=${gap}`;
  return `encode it with ${filters}, which fills the gap`;
}

function getStartSeconds({ timeline, timing }: MediaRendition): number {
  return timeline.times[0]! / timing.timescale;
}

function warnEarlyEnds(played: readonly Played[]): string[] {
  const [first, ...rest] = played;
  if (!first) return [];
  const longest = rest.reduce((a, b) => getEndSeconds(b) > getEndSeconds(a) ? b : a, first);
  const end = getEndSeconds(longest);
  const early = played.filter((rendition) => end - getEndSeconds(rendition) > MAX_END_DIFFERENCE);
  return early.map((rendition) => {
    const own = getEndSeconds(rendition);
    const other = longest.file === rendition.file ? `track ${longest.track.id}` : describe(longest);
    return `${describe(rendition)} ends at ${round(own)} s, ${
      round(end - own)
    } s before ${other}: ` +
      `encode both to the same length, or shorten the longer one with ffmpeg's -t ${round(own)}`;
  });
}

function describe({ file, track, type }: Played): string {
  return `${file}: ${type} track ${track.id}`;
}

function getEndSeconds({ timeline, timing }: MediaRendition): number {
  return timeline.times.at(-1)! / timing.timescale;
}

function round(seconds: number): number {
  return +seconds.toFixed(3);
}
