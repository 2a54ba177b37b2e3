/** Chapters: titles that start at times of a presentation. */

import { MediaError } from "../errors.ts";
import { parseCueText, toPlainText } from "./cue_text.ts";
import { isSubtitleFile, readSubtitleFile } from "./subtitle_file.ts";

export interface Chapter {
  /** Integer milliseconds from the start of the presentation. */
  readonly start: number;
  /** One line; not empty. */
  readonly title: string;
}

export const MAX_CHAPTERS = 1000;

/** In UTF-16 code units; what is longer is cut. */
export const MAX_CHAPTER_TITLE = 500;

/**
 * Reads chapters in WebVTT (W3C WebVTT §1.4): a cue starts each. Ends of cues are ignored: a chapter lasts until the next one.
 *
 * @throws MediaError if the file is not WebVTT, or has no cue or more than `MAX_CHAPTERS`
 */
export function readChapterFile(bytes: Uint8Array, name: string): Chapter[] {
  const expected = isSubtitleFile(name) ? name : "chapters.vtt"; // also for `chapters.txt`
  const { format, webvtt } = readSubtitleFile(bytes, { name: expected, language: "und" });
  if (format !== "WebVTT") {
    throw new MediaError(`Cannot read chapters in ${format}: expected WebVTT`, "MEDIA_UNSUPPORTED");
  }
  const cues = webvtt.cues.map(({ start, text }) => ({
    start,
    title: toPlainText(parseCueText(text)),
  }));
  if (cues.length === 0) throw new MediaError("Cannot find a chapter: expected a cue for each");
  return toChapters(cues);
}

/**
 * Decodes the title in a sample of a QuickTime text track, or of tx3g: a 16-bit length, and UTF-8, or UTF-16 with a byte order
 * mark (3GPP TS 26.245 §5.17). Returns "" if the text is not complete.
 */
export function decodeChapterTitle(sample: Uint8Array): string {
  if (sample.length < 2) return "";
  const length = sample[0]! << 8 | sample[1]!;
  if (length > sample.length - 2) return "";
  const text = sample.subarray(2, 2 + length);
  const isUtf16 = length >= 2 && (text[0] === 0xFE && text[1] === 0xFF);
  const isSwapped = length >= 2 && (text[0] === 0xFF && text[1] === 0xFE);
  const charset = isUtf16 ? "utf-16be" : isSwapped ? "utf-16le" : "utf-8";
  return new TextDecoder(charset).decode(text);
}

/**
 * Returns chapters in the order of their starts, the first one of those that start together. Those without a title are numbered.
 *
 * @throws MediaError if there are more than `MAX_CHAPTERS`
 */
export function toChapters(found: readonly Chapter[]): Chapter[] {
  if (found.length > MAX_CHAPTERS) {
    const why = `Cannot read ${found.length} chapters, expected at most ${MAX_CHAPTERS}`;
    throw new MediaError(why, "MEDIA_UNSUPPORTED");
  }
  const sorted = [...found].sort((a, b) => a.start - b.start);
  const first = sorted.filter(({ start }, i) => start !== sorted[i - 1]?.start);
  return first.map(({ start, title }, i) => ({
    start,
    title: toOneLine(title) || `Chapter ${i + 1}`,
  }));
}

function toOneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, " ").trim().slice(0, MAX_CHAPTER_TITLE);
}
