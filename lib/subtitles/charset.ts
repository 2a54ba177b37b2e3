/** From bytes to characters: UTF-8, UTF-16, and what older programs wrote. */

import { isUtf8 } from "node:buffer";
import { MediaError } from "../errors.ts";
import { toBcp47 } from "../language.ts";

export interface DecodedText {
  /** Without a byte order mark. */
  readonly text: string;
  /** What had to be guessed, as a sentence; "" where the bytes leave no doubt. */
  readonly warning: string;
  /** The bytes are UTF-8 as they stand, with a mark or without. */
  readonly utf8: boolean;
}

/** In bytes: a text is kept in memory whole. Whoever reads one asks for its size first. */
export const MAX_TEXT_SIZE = 2 ** 24;

/** What programs wrote before UTF-8 where the language needs more than the letters of Western Europe. */
const LEGACY_CHARSETS: Record<string, string> = {
  "windows-1250": "cs sk pl hu sl hr bs ro sq",
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
};

/** Of Western Europe. */
const DEFAULT_CHARSET = "windows-1252";

/** How many bytes at the start tell UTF-16 without a mark. */
const PROBE_SIZE = 1024;

/**
 * @param language of the text, in any form: what is neither UTF-8 nor UTF-16 is read as programs of that language wrote it
 * @throws MediaError when there is more of it than `MAX_TEXT_SIZE`
 */
export function decodeText(bytes: Uint8Array, language = ""): DecodedText {
  if (bytes.length > MAX_TEXT_SIZE) {
    const why = `Cannot read ${bytes.length} bytes of text: over ${MAX_TEXT_SIZE}`;
    throw new MediaError(why, "MEDIA_UNSUPPORTED");
  }
  const marked = detectUtf16Bom(bytes);
  if (marked) return { text: decode(bytes, marked), warning: "", utf8: false };
  const guessed = guessUtf16(bytes);
  if (guessed) {
    const warning = `its bytes are not UTF-8, and have no mark: they are read as ${guessed}`;
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

/** Every text has letters or digits of ASCII, of which one byte is 0: nearly all others in no text. */
function guessUtf16(bytes: Uint8Array): string {
  const zeros = [0, 0];
  const length = Math.min(bytes.length, PROBE_SIZE);
  for (let i = 0; i < length; i++) if (bytes[i] === 0) zeros[i % 2]!++;
  const [even, odd] = zeros as [number, number];
  if (odd > length / 8 && even === 0) return "utf-16le";
  return even > length / 8 && odd === 0 ? "utf-16be" : "";
}

/** More of its letters beyond ASCII are UTF-8 than not: a slip, no other charset. */
function isMostlyUtf8(bytes: Uint8Array): boolean {
  const text = decode(bytes, "utf-8");
  const broken = text.match(/\uFFFD/g)?.length ?? 0;
  const whole = text.match(/[^\0-\x7F\uFFFD]/g)?.length ?? 0; // deno-lint-ignore-line no-control-regex
  return whole > broken;
}

function decodeBrokenUtf8(bytes: Uint8Array): DecodedText {
  const text = decode(bytes, "utf-8");
  const line = text.slice(0, text.indexOf("\uFFFD")).split(/\r\n?|\n/).length;
  const warning =
    `its bytes are not UTF-8 everywhere: what is not, first in line ${line}, is shown as \uFFFD`;
  return { text, warning, utf8: false };
}

function decodeLegacy(bytes: Uint8Array, language: string): DecodedText {
  const charset = getLegacyCharset(language);
  const text = decode(bytes, charset);
  const why = charset === DEFAULT_CHARSET ? "" : `, as its language is ${toBcp47(language)}`;
  const warning = `its bytes are not UTF-8: they are read as ${charset}${why}`;
  return { text, warning, utf8: false };
}

function getLegacyCharset(language: string): string {
  const [primary = ""] = toBcp47(language).split("-");
  const rows = Object.entries(LEGACY_CHARSETS);
  return rows.find(([, languages]) => languages.split(" ").includes(primary))?.[0] ??
    DEFAULT_CHARSET;
}
