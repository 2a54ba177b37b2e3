/** Lines about an input and its tracks, with the numbers of the package. Scripts of 2015 read the first one. */

import { toShortTag } from "../language.ts";
import { getLanguage } from "../presentation/rendition_language.ts";
import type { MediaRendition, Rendition, SubtitleRendition } from "../presentation/presentation.ts";
import { getRotatedCodedSize } from "../presentation/video_size.ts";
import type { TrackInput } from "../input/track_input.ts";

/** @param tracks of the file, as they were read */
export function formatParsing(file: string, tracks: readonly TrackInput[]): string {
  const language = tracks[0] ? toShortTag(getLanguage(tracks[0])) : "und";
  return `-- Parsing file='${file}' language='${language}'`;
}

/**
 * Describes a track of the package: `   track 1: video avc1.640015, 426x240, 25 fps, 12 s, und, 30.8 kbit/s`.
 *
 * @param tracks of its file, as they were read
 */
export function formatTrackLine(rendition: Rendition, tracks: readonly TrackInput[]): string {
  return rendition.type === "text"
    ? formatSubtitles(rendition, findFormat(rendition, tracks))
    : formatMedia(rendition);
}

/** Returns `WebVTT`, or `track 3: text tx3g`. */
function findFormat(
  { trackId, language }: SubtitleRendition,
  tracks: readonly TrackInput[],
): string | undefined {
  const found = tracks.find((input) =>
    input.type === "text" && input.track?.id === trackId && getLanguage(input) === language
  );
  return found?.type === "text" ? found.format : undefined;
}

function formatSubtitles(rendition: SubtitleRendition, format = "subtitles"): string {
  const { trackId, webvtt, duration: { ticks, timescale } } = rendition;
  return formatLine(trackId === undefined ? `text: ${format}` : format, [
    formatCount(webvtt.cues.length, "cue"),
    `${round(ticks / timescale)} s`,
    ...formatMetadata(rendition),
  ]);
}

function formatMedia(rendition: MediaRendition): string {
  const { type, description, track: { id }, averageBandwidth, ...rest } = rendition;
  const seconds = rest.timeline.times.at(-1)! / rest.timing.timescale;
  return formatLine(`track ${id}: ${type} ${description.codec}`, [
    ...description.type === "audio"
      ? [formatCount(description.channels, "channel"), `${description.sampleRate} Hz`]
      : formatVideo(rendition),
    `${round(seconds)} s`,
    ...formatMetadata(rendition),
    averageBandwidth > 0 ? `${round(averageBandwidth / 1000, 1)} kbit/s` : "",
  ]);
}

function formatMetadata({ language, label, role, isDefault, ...rest }: Rendition): string[] {
  const captions = rest.type === "video" ? rest.captions ?? [] : [];
  const lines = captions.map(({ channel, language }) => `${channel}=${toShortTag(language)}`);
  return [
    toShortTag(language),
    label ? `"${label}"` : "",
    role ?? "",
    isDefault ? "default" : "",
    lines.length > 0 ? `captions ${lines.join(" ")}` : "",
  ];
}

function formatVideo(rendition: MediaRendition): string[] {
  const { width, height } = getRotatedCodedSize(rendition);
  const { frameRate } = rendition;
  if (frameRate === undefined) return [`${width}x${height}`];
  const [numerator, denominator = 1] = frameRate.split("/").map(Number);
  return [`${width}x${height}`, `${round(numerator! / denominator)} fps`];
}

function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function formatLine(subject: string, details: readonly string[]): string {
  return `   ${[subject, ...details.filter(Boolean)].join(", ")}`;
}

function round(value: number, digits = 3): number {
  return Number(value.toFixed(digits));
}
