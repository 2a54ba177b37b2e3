/** What amspackager says of what it found in a file. */

import { toIso6392 } from "../language.ts";
import { getLanguage } from "../presentation/rendition_language.ts";
import { computeFrameRate } from "../presentation/frame_rate.ts";
import { getRotatedCodedSize } from "../presentation/video_size.ts";
import type { MediaInput, TrackInput } from "../input/track_input.ts";
import type { SubtitleInput } from "../input/subtitle_input.ts";

/**
 * A line for the file, then one a track:
 *
 *     -- Parsing file='a.mp4' language='eng'
 *        track 1: video avc1.64001F, 1280x720, 25 fps, 10 s, eng, 2100 kbit/s
 */
export function summarizeFile(file: string, pieces: readonly TrackInput[]): string[] {
  const language = pieces[0] ? pieceLanguage(pieces[0]) : "und";
  const lines = pieces.map((piece) => piece.type === "text" ? textLine(piece) : mediaLine(piece));
  return [`-- Parsing file='${file}' language='${language}'`, ...lines];
}

function pieceLanguage(piece: TrackInput): string {
  return toIso6392(getLanguage(piece));
}

function textLine(piece: SubtitleInput): string {
  const seconds = piece.end / 1000;
  return line(piece.track ? piece.format : `text: ${piece.format}`, [
    `${piece.webvtt.cues.length} cues`,
    `${round(seconds)} s`,
    pieceLanguage(piece),
    ...words(piece),
    rate(piece.webvttBytes.length, seconds),
  ]);
}

function mediaLine(piece: MediaInput): string {
  const { type, description, track: { id, samples, timescale } } = piece;
  const seconds = presentedTicks(piece) / timescale;
  return line(`track ${id}: ${type} ${description.codec}`, [
    ...description.type === "audio"
      ? [channels(description.channels), `${description.sampleRate} Hz`]
      : picture(piece),
    `${round(seconds)} s`,
    pieceLanguage(piece),
    ...words(piece),
    rate(samples.bytes(0, samples.count), mediaTicks(piece) / timescale),
  ]);
}

/** What was said of it, or what the file says of itself. */
function words({ options }: TrackInput): string[] {
  const { label, role, captions = [] } = options;
  const lines = captions.map(({ channel, language }) => `${channel}=${language}`).join(" ");
  return [
    label ? `"${label}"` : "",
    role ?? "",
    options.default ? "default" : "",
    lines ? `captions ${lines}` : "",
  ];
}

function channels(count: number): string {
  return count === 1 ? "1 channel" : `${count} channels`;
}

function picture(piece: MediaInput): string[] {
  const { width, height } = getRotatedCodedSize(piece);
  const { samples, timescale } = piece.track;
  const start = samples.decodeTime(0);
  const decodeTime = (index: number) => samples.decodeTime(index) - start;
  const frames = computeFrameRate({ timescale, first: 0, end: samples.count, decodeTime });
  if (frames === undefined) return [`${width}x${height}`];
  const [numerator, denominator = 1] = frames.split("/").map(Number);
  return [`${width}x${height}`, `${round(numerator! / denominator)} fps`];
}

/** How long all samples last together. */
function mediaTicks({ track: { samples } }: MediaInput): number {
  return samples.decodeTime(samples.count) - samples.decodeTime(0);
}

/** How long what the edit list shows of them lasts. */
function presentedTicks(piece: MediaInput): number {
  return Math.min(mediaTicks(piece), piece.edit.end - piece.edit.start);
}

function rate(bytes: number, seconds: number): string {
  return seconds > 0 ? `${round(bytes * 8 / 1000 / seconds, 1)} kbit/s` : "";
}

function line(subject: string, facts: readonly string[]): string {
  return `   ${[subject, ...facts.filter(Boolean)].join(", ")}`;
}

function round(value: number, digits = 3): number {
  return Number(value.toFixed(digits));
}
