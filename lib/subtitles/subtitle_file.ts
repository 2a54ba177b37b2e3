/** A file of subtitles, whichever form it has, as WebVTT. */

import { MediaError } from "../errors.ts";
import { isLanguage } from "../language.ts";
import { decodeText } from "./charset.ts";
import type { Decoded } from "./charset.ts";
import { parseSrt } from "./srt.ts";
import { parseTtml } from "./ttml/reader.ts";
import { formatWebvtt, parseWebvtt, webvttBytes } from "./webvtt.ts";
import type { Webvtt } from "./webvtt.ts";

export interface TextFile {
  /** As people call the form. */
  readonly form: "WebVTT" | "SubRip" | "TTML";
  readonly text: Webvtt;
  /** What players get: a WebVTT file of UTF-8 as it is. */
  readonly webvtt: Uint8Array;
  /** What the file says of its language: BCP 47; "" where it says none. */
  readonly language: string;
  /** All of it is to be shown also where subtitles are off. */
  readonly forced: boolean;
  /** Sentences for the operator. */
  readonly warnings: readonly string[];
}

/** Endings of names that files of subtitles have; all others are MP4. */
const NAMES = /\.(vtt|webvtt|srt|ttml|dfxp|itt|xml)$/i;

export function isTextFile(name: string): boolean {
  return NAMES.test(name);
}

/**
 * What it holds decides; where that leaves a doubt, its name does.
 *
 * @param language of the text where the operator or the name says it: of which charset bytes are that aren't UTF-8
 * @throws MediaError when it is none of the forms, or is broken
 */
export function readTextFile(
  bytes: Uint8Array,
  { name, language }: { name: string; language: string },
): TextFile {
  const decoded = decodeText(bytes, language);
  const { text } = decoded;
  if (/^WEBVTT(?=\s|$)/.test(text) || /\.(web)?vtt$/i.test(name)) return webvttFile(bytes, decoded);
  if (/^\s*</.test(text) && !/\.srt$/i.test(name)) return ttmlFile(bytes, decoded);
  if (/\.srt$/i.test(name)) return asWebvtt("SubRip", parseSrt(text), decoded);
  throw new MediaError("Cannot find TTML: the file doesn't start with <", "MEDIA_UNSUPPORTED");
}

function webvttFile(bytes: Uint8Array, { text, utf8, warning }: Decoded): TextFile {
  const webvtt = utf8 ? webvttBytes(bytes) : new TextEncoder().encode(text);
  const read = parseWebvtt(webvtt);
  return {
    form: "WebVTT",
    text: read,
    webvtt,
    language: languageOfHeader(read.header),
    forced: /^kind:\s*forced\s*$/mi.test(read.header),
    warnings: [...said(warning), ...read.warnings],
  };
}

/** `Language: fr`, as some programs write below the signature. */
function languageOfHeader(header: string): string {
  const [, tag = ""] = /^language:\s*([A-Za-z0-9-]+)\s*$/mi.exec(header) ?? [];
  return isLanguage(tag) ? tag : "";
}

/** XML names its charset by itself; a mark, or bytes that are UTF-8, have more weight. */
function ttmlFile(bytes: Uint8Array, decoded: Decoded): TextFile {
  const [, label] =
    /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']/i.exec(decoded.text) ?? [];
  const own = decoded.warning && label ? decodedAs(bytes, label) : undefined;
  const read = own === undefined ? decoded : { text: own, warning: "", utf8: false };
  const { text, language, forced, hasImages } = parseTtml(read.text);
  if (text.cues.length === 0 && hasImages) {
    throw new MediaError("Cannot use TTML that holds pictures alone", "MEDIA_UNSUPPORTED");
  }
  return {
    ...asWebvtt("TTML", text, read),
    language: isLanguage(language) ? language : "",
    forced,
  };
}

/** Undefined for a charset that nobody knows, and for the one that these bytes are not. */
function decodedAs(bytes: Uint8Array, label: string): string | undefined {
  try {
    const decoder = new TextDecoder(label);
    return decoder.encoding.startsWith("utf") ? undefined : decoder.decode(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // the warning about the bytes stands
    throw error;
  }
}

function asWebvtt(form: "SubRip" | "TTML", text: Webvtt, { warning }: Decoded): TextFile {
  return {
    form,
    text,
    webvtt: new TextEncoder().encode(formatWebvtt(text)),
    language: "",
    forced: false,
    warnings: [...said(warning), ...text.warnings],
  };
}

function said(warning: string): string[] {
  return warning ? [`Cannot be sure of its letters: ${warning}`] : [];
}
