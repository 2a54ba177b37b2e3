/** Tracks so short that players never start: they wait for media ahead that does not exist (docs/players.md). */

import type { MediaInput, TrackInput } from "../input/track_input.ts";
import type { SampleTiming } from "./sample_timing.ts";
import { countSegments, type Timeline } from "./segment_timeline.ts";

/**
 * In seconds. dash.js, shaka-player and hls.js in Chromium start with 0.2 s of audio, but not with 0.19 s, until they have loaded all
 * video, and hls.js not even then.
 */
const MIN_DURATION = 0.25;

/** Video with fewer segments is loaded completely before it starts. */
const MIN_VIDEO_SEGMENTS = 3;

interface Segmented extends Pick<MediaInput, "type" | "options" | "source" | "track"> {
  readonly timing: SampleTiming;
  readonly timeline: Timeline;
}

type SegmentedInput = Segmented | Extract<TrackInput, { type: "text" }>;

/** Returns the tracks of audio and further video that keep players from starting the first video. */
export function findShortTracks(tracks: readonly SegmentedInput[]): Segmented[] {
  const media = tracks.filter((track): track is Segmented =>
    track.type === "video" || track.type === "audio"
  );
  const video = media.find((track) => track.type === "video");
  if (!video || countSegments(video.timeline) < MIN_VIDEO_SEGMENTS) return [];
  return media.filter((track) => track !== video && getDuration(track) < MIN_DURATION);
}

export function warnShortTrack(short: Segmented): string {
  const { options: { file }, track: { id }, type } = short;
  const seconds = +getDuration(short).toFixed(3);
  const removal = `remove it with ffmpeg's -map 0 -map -0:i:${id} -c copy`;
  const cure = type === "audio"
    ? `${removal}, or extend it with -c:v copy -af apad -shortest`
    : removal;
  return `${file}: track ${id} is left out: its ${type} lasts ${seconds} s, and players wait for more; ${cure}`;
}

/** @returns true for the input of a segmented track */
export function isSameTrack(input: TrackInput, { source, track: { id } }: Segmented): boolean {
  return input.type !== "text" && input.source === source && input.track.id === id;
}

function getDuration({ timeline: { times }, timing: { timescale } }: Segmented): number {
  return (times.at(-1)! - times[0]!) / timescale;
}
