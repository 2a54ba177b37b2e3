/** Lines about an input and its tracks. Scripts of 2015 read the first one. */

import { toShortTag } from "../language.ts";
import { getLanguage } from "../presentation/rendition_language.ts";
import { computeFrameRate } from "../presentation/frame_rate.ts";
import { getRotatedCodedSize } from "../presentation/video_size.ts";
import type { MediaInput, TrackInput } from "../input/track_input.ts";
import type { SubtitleInput } from "../input/subtitle_input.ts";

export function summarizeFile(file: string, inputs: readonly TrackInput[]): string[] {
  const language = inputs[0] ? formatLanguage(inputs[0]) : "und";
  const lines = inputs.map((input) =>
    input.type === "text" ? formatSubtitles(input) : formatMedia(input)
  );
  return [`-- Parsing file='${file}' language='${language}'`, ...lines];
}

function formatLanguage(input: TrackInput): string {
  return toShortTag(getLanguage(input));
}

function formatSubtitles(input: SubtitleInput): string {
  const seconds = input.end / 1000;
  return formatLine(input.track ? input.format : `text: ${input.format}`, [
    formatCount(input.webvtt.cues.length, "cue"),
    `${round(seconds)} s`,
    formatLanguage(input),
    ...formatOptions(input),
    formatRate(input.webvttBytes.length, seconds),
  ]);
}

function formatMedia(input: MediaInput): string {
  const { type, description, track: { id, samples, timescale } } = input;
  const seconds = getPresentedDuration(input) / timescale;
  return formatLine(`track ${id}: ${type} ${description.codec}`, [
    ...description.type === "audio"
      ? [formatCount(description.channels, "channel"), `${description.sampleRate} Hz`]
      : formatVideo(input),
    `${round(seconds)} s`,
    formatLanguage(input),
    ...formatOptions(input),
    formatRate(samples.bytes(0, samples.count), getMediaDuration(input) / timescale),
  ]);
}

function formatOptions({ options }: TrackInput): string[] {
  const { label, role, captions = [] } = options;
  const lines = captions.map(({ channel, language }) => `${channel}=${toShortTag(language)}`).join(
    " ",
  );
  return [
    label ? `"${label}"` : "",
    role ?? "",
    options.default ? "default" : "",
    lines ? `captions ${lines}` : "",
  ];
}

function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function formatVideo(input: MediaInput): string[] {
  const { width, height } = getRotatedCodedSize(input);
  const { samples, timescale } = input.track;
  const start = samples.decodeTime(0);
  const decodeTime = (index: number) => samples.decodeTime(index) - start;
  const frames = computeFrameRate({ timescale, first: 0, end: samples.count, decodeTime });
  if (frames === undefined) return [`${width}x${height}`];
  const [numerator, denominator = 1] = frames.split("/").map(Number);
  return [`${width}x${height}`, `${round(numerator! / denominator)} fps`];
}

function getMediaDuration({ track: { samples } }: MediaInput): number {
  return samples.decodeTime(samples.count) - samples.decodeTime(0);
}

function getPresentedDuration(input: MediaInput): number {
  return Math.min(getMediaDuration(input), input.edit.end - input.edit.start);
}

function formatRate(bytes: number, seconds: number): string {
  return seconds > 0 ? `${round(bytes * 8 / 1000 / seconds, 1)} kbit/s` : "";
}

function formatLine(subject: string, details: readonly string[]): string {
  return `   ${[subject, ...details.filter(Boolean)].join(", ")}`;
}

function round(value: number, digits = 3): number {
  return Number(value.toFixed(digits));
}
