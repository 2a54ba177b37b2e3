/** Character encoding detection. */

import { isUtf8 } from "node:buffer";
import { MediaError } from "../errors.ts";
import { toBcp47 } from "../language.ts";

export interface DecodedText {
  readonly text: string;
  readonly warning: string;
  readonly utf8: boolean;
}

/** In bytes. Files are read into memory as a whole. */
export const MAX_TEXT_SIZE = 2 ** 24;

const LEGACY_CHARSETS: Record<string, string> = {
  "windows-1250": "cs sk pl hu sl hr bs ro sq sr-Latn",
  "windows-1251": "ru uk bg be sr mk kk ky mn tg",
  "windows-1253": "el",
  "windows-1254": "tr az",
  "windows-1255": "he yi",
  "windows-1256": "ar fa ur ps ug",
  "windows-1257": "et lv lt",
  "windows-1258": "vi",
  "windows-874": "th",
  "shift_jis": "ja",
  "euc-kr": "ko",
  "gb18030": "zh",
  "big5": "zh-Hant zh-TW zh-HK zh-MO",
};

const DEFAULT_CHARSET = "windows-1252";

const PROBE_SIZE = 1024;

/**
 * Decodes UTF-8, UTF-16 or the legacy charset of `language` (ISO 639 or BCP 47).
 *
 * @throws MediaError if the text exceeds `MAX_TEXT_SIZE`
 */
export function decodeText(bytes: Uint8Array, language = ""): DecodedText {
  if (bytes.length > MAX_TEXT_SIZE) {
    const why = `Cannot read ${bytes.length} bytes of text, expected at most ${MAX_TEXT_SIZE}`;
    throw new MediaError(why, "MEDIA_UNSUPPORTED");
  }
  const marked = detectUtf16Bom(bytes);
  if (marked) return { text: decode(bytes, marked), warning: "", utf8: false };
  const guessed = guessUtf16(bytes);
  if (guessed) {
    const warning = `Not UTF-8 and without a byte order mark; decoded as ${guessed}`;
    return { text: decode(bytes, guessed), warning, utf8: false };
  }
  if (isUtf8(bytes)) return { text: decode(bytes, "utf-8"), warning: "", utf8: true };
  return isMostlyUtf8(bytes) ? decodeBrokenUtf8(bytes) : decodeLegacy(bytes, language);
}

function decode(bytes: Uint8Array, charset: string): string {
  return new TextDecoder(charset).decode(bytes);
}

function detectUtf16Bom([a, b]: Uint8Array): string {
  if (a === 0xFF && b === 0xFE) return "utf-16le";
  return a === 0xFE && b === 0xFF ? "utf-16be" : "";
}

function guessUtf16(bytes: Uint8Array): string {
  const zeros = [0, 0];
  const length = Math.min(bytes.length, PROBE_SIZE);
  for (let i = 0; i < length; i++) if (bytes[i] === 0) zeros[i % 2]!++;
  const [even, odd] = zeros as [number, number];
  if (odd > length / 8 && even === 0) return "utf-16le";
  return even > length / 8 && odd === 0 ? "utf-16be" : "";
}

function isMostlyUtf8(bytes: Uint8Array): boolean {
  const text = decode(bytes, "utf-8");
  let [invalid, valid] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0xFFFD) invalid++;
    else if (code > 0x7F) valid++;
  }
  return valid > invalid;
}

function decodeBrokenUtf8(bytes: Uint8Array): DecodedText {
  const text = decode(bytes, "utf-8");
  const line = text.slice(0, text.indexOf("\uFFFD")).split(/\r\n?|\n/).length;
  const warning = `Not valid UTF-8, first in line ${line}; invalid bytes are shown as \uFFFD`;
  return { text, warning, utf8: false };
}

function decodeLegacy(bytes: Uint8Array, language: string): DecodedText {
  const charset = getLegacyCharset(language);
  const text = decode(bytes, charset);
  const reason = charset === DEFAULT_CHARSET ? "" : ` for language ${toBcp47(language)}`;
  const warning = `Not UTF-8; decoded as ${charset}${reason}`;
  return { text, warning, utf8: false };
}

function getLegacyCharset(language: string): string {
  const [primary = "", subtag] = toBcp47(language).split("-");
  const rows = Object.entries(LEGACY_CHARSETS);
  const find = (tag: string) => rows.find(([, tags]) => tags.split(" ").includes(tag))?.[0];
  return find(`${primary}-${subtag}`) ?? find(primary) ?? DEFAULT_CHARSET;
}
