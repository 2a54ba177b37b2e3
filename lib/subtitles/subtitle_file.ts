/** Subtitle files: WebVTT, SubRip and TTML, converted to WebVTT. */

import { MediaError } from "../errors.ts";
import { parseLanguage } from "../language.ts";
import { decodeText } from "./charset.ts";
import type { DecodedText } from "./charset.ts";
import { parseSrt } from "./srt.ts";
import { parseTtml } from "./ttml/reader.ts";
import type { TtmlPart } from "./ttml/reader.ts";
import { formatWebvtt, parseWebvtt, removeByteOrderMark } from "./webvtt.ts";
import type { Webvtt } from "./webvtt.ts";
import { removeTimestampMaps } from "./webvtt_range.ts";

export interface SubtitleFile {
  readonly format: "WebVTT" | "SubRip" | "TTML";
  readonly webvtt: Webvtt;
  /** UTF-8 WebVTT unchanged; other files converted. */
  readonly bytes: Uint8Array;
  /** BCP 47; "" if undeclared. */
  readonly language: string;
  /** Shown even if subtitles are off. */
  readonly forced: boolean;
  readonly warnings: readonly string[];
  /** The cues of each language, if the file contains several; else empty. */
  readonly parts: readonly SubtitleFile[];
  /** True if the cues are URLs of images, which players show above the seek bar. */
  readonly isThumbnails: boolean;
}

const EXTENSIONS = /\.(vtt|webvtt|srt|ttml|dfxp|itt|xml)$/i;

export function isSubtitleFile(name: string): boolean {
  return EXTENSIONS.test(name);
}

/**
 * Detects the format by content, or by `name` if ambiguous. `language` selects a legacy charset.
 *
 * @throws MediaError if the format is unknown or the file is invalid
 */
export function readSubtitleFile(
  bytes: Uint8Array,
  { name, language }: { name: string; language: string },
): SubtitleFile {
  const decoded = decodeText(bytes, language);
  const { text } = decoded;
  if (/^WEBVTT(?=\s|$)/.test(text) || /\.(web)?vtt$/i.test(name)) {
    return readWebvttFile(bytes, decoded);
  }
  if (/^\s*</.test(text) && !/\.srt$/i.test(name)) return readTtmlFile(bytes, decoded);
  if (/\.srt$/i.test(name)) return toSubtitleFile("SubRip", parseSrt(text), decoded);
  throw new MediaError('Cannot read TTML: expected "<" at the start', "MEDIA_UNSUPPORTED");
}

function readWebvttFile(bytes: Uint8Array, { text, utf8, warning }: DecodedText): SubtitleFile {
  const unmapped = removeTimestampMaps(text);
  const isUnchanged = utf8 && unmapped === text;
  const webvtt = isUnchanged ? removeByteOrderMark(bytes) : new TextEncoder().encode(unmapped);
  const read = parseWebvtt(webvtt);
  return {
    format: "WebVTT",
    webvtt: read,
    bytes: webvtt,
    parts: [],
    isThumbnails: read.cues.length > 0 && read.cues.every(({ text }) => isImageUrl(text.trim())),
    language: getHeaderLanguage(read.header),
    forced: /^kind:\s*forced\s*$/mi.test(read.header),
    warnings: [...warning ? [warning] : [], ...read.warnings],
  };
}

/** An image, or a part of one (W3C Media Fragments URI §4.2.2). */
function isImageUrl(text: string): boolean {
  return !/\s/.test(text) &&
    /.#xywh=.|.\.(?:jpe?g|png|webp|gif|bmp|avif)(?:[?#]|$)/i.test(text);
}

/** Some programs write `Language: fr` after the signature. */
function getHeaderLanguage(header: string): string {
  const [, tag = ""] = /^language:\s*([A-Za-z0-9_-]+)\s*$/mi.exec(header) ?? [];
  return parseLanguage(tag) ?? "";
}

/** Valid UTF-8 and a byte order mark override the XML declaration. */
function readTtmlFile(bytes: Uint8Array, decoded: DecodedText): SubtitleFile {
  const [, label] =
    /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']/i.exec(decoded.text) ?? [];
  const own = decoded.warning && label ? decodeAs(bytes, label) : undefined;
  const read = own === undefined ? decoded : { text: own, warning: "", utf8: false };
  const { parts, hasImages, ...whole } = parseTtml(read.text);
  if (whole.webvtt.cues.length === 0 && hasImages) {
    throw new MediaError("Cannot use TTML that contains only images", "MEDIA_UNSUPPORTED");
  }
  const toFile = ({ webvtt, language, forced }: TtmlPart): SubtitleFile => ({
    ...toSubtitleFile("TTML", webvtt, read),
    language: parseLanguage(language) ?? "",
    forced,
  });
  return { ...toFile(whole), parts: parts.map(toFile) };
}

function decodeAs(bytes: Uint8Array, label: string): string | undefined {
  try {
    const decoder = new TextDecoder(label);
    return decoder.encoding.startsWith("utf") ? undefined : decoder.decode(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function toSubtitleFile(
  format: SubtitleFile["format"],
  text: Webvtt,
  { warning }: DecodedText,
): SubtitleFile {
  return {
    format,
    webvtt: text,
    bytes: new TextEncoder().encode(formatWebvtt(text)),
    language: "",
    forced: false,
    warnings: [...warning ? [warning] : [], ...text.warnings],
    parts: [],
    isThumbnails: false,
  };
}
