/** A file of subtitles, whichever form it has, as WebVTT. */

import { MediaError } from "../errors.ts";
import { hasIso6391Code } from "../language.ts";
import { decodeText } from "./charset.ts";
import type { DecodedText } from "./charset.ts";
import { parseSrt } from "./srt.ts";
import { parseTtml } from "./ttml/reader.ts";
import { formatWebvtt, parseWebvtt, removeByteOrderMark } from "./webvtt.ts";
import type { Webvtt } from "./webvtt.ts";

export interface SubtitleFile {
  /** As people call the form. */
  readonly format: "WebVTT" | "SubRip" | "TTML";
  readonly webvtt: Webvtt;
  /** What players get: a WebVTT file of UTF-8 as it is. */
  readonly bytes: Uint8Array;
  /** What the file says of its language: BCP 47; "" where it says none. */
  readonly language: string;
  /** All of it is to be shown also where subtitles are off. */
  readonly forced: boolean;
  /** Sentences for the operator. */
  readonly warnings: readonly string[];
}

/** Endings of names that files of subtitles have; all others are MP4. */
const EXTENSIONS = /\.(vtt|webvtt|srt|ttml|dfxp|itt|xml)$/i;

export function isSubtitleFile(name: string): boolean {
  return EXTENSIONS.test(name);
}

/**
 * What it holds decides; where that leaves a doubt, its name does.
 *
 * @param language of the text where the operator or the name says it: of which charset bytes are that aren't UTF-8
 * @throws MediaError when it is none of the forms, or is broken
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
  throw new MediaError("Cannot find TTML: the file doesn't start with <", "MEDIA_UNSUPPORTED");
}

function readWebvttFile(bytes: Uint8Array, { text, utf8, warning }: DecodedText): SubtitleFile {
  const webvtt = utf8 ? removeByteOrderMark(bytes) : new TextEncoder().encode(text);
  const read = parseWebvtt(webvtt);
  return {
    format: "WebVTT",
    webvtt: read,
    bytes: webvtt,
    language: getHeaderLanguage(read.header),
    forced: /^kind:\s*forced\s*$/mi.test(read.header),
    warnings: [...toWarnings(warning), ...read.warnings],
  };
}

/** `Language: fr`, as some programs write below the signature. */
function getHeaderLanguage(header: string): string {
  const [, tag = ""] = /^language:\s*([A-Za-z0-9-]+)\s*$/mi.exec(header) ?? [];
  return hasIso6391Code(tag) ? tag : "";
}

/** XML names its charset by itself; a mark, or bytes that are UTF-8, have more weight. */
function readTtmlFile(bytes: Uint8Array, decoded: DecodedText): SubtitleFile {
  const [, label] =
    /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']/i.exec(decoded.text) ?? [];
  const own = decoded.warning && label ? decodeAs(bytes, label) : undefined;
  const read = own === undefined ? decoded : { text: own, warning: "", utf8: false };
  const { webvtt, language, forced, hasImages } = parseTtml(read.text);
  if (webvtt.cues.length === 0 && hasImages) {
    throw new MediaError("Cannot use TTML that holds pictures alone", "MEDIA_UNSUPPORTED");
  }
  return {
    ...toSubtitleFile("TTML", webvtt, read),
    language: hasIso6391Code(language) ? language : "",
    forced,
  };
}

/** Undefined for a charset that nobody knows, and for the one that these bytes are not. */
function decodeAs(bytes: Uint8Array, label: string): string | undefined {
  try {
    const decoder = new TextDecoder(label);
    return decoder.encoding.startsWith("utf") ? undefined : decoder.decode(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // the warning about the bytes stands
    throw error;
  }
}

function toSubtitleFile(
  format: "SubRip" | "TTML",
  text: Webvtt,
  { warning }: DecodedText,
): SubtitleFile {
  return {
    format: format,
    webvtt: text,
    bytes: new TextEncoder().encode(formatWebvtt(text)),
    language: "",
    forced: false,
    warnings: [...toWarnings(warning), ...text.warnings],
  };
}

function toWarnings(warning: string): string[] {
  return warning ? [`Cannot be sure of its letters: ${warning}`] : [];
}
