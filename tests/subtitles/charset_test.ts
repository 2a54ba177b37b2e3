import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { decodeText, MAX_TEXT_SIZE } from "../../lib/subtitles/charset.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

const bytes = (...values: number[]) => Uint8Array.from(values);

const NO_BOM = "Not UTF-8 and without a byte order mark; decoded as";

const cases: [what: string, bytes: Uint8Array, language: string, text: string, warning: string][] =
  [
    ["UTF-8", utf8("déjà"), "", "déjà", ""],
    ["UTF-8 with a byte order mark", utf8("\uFEFFdéjà"), "", "déjà", ""],
    ["an empty file", utf8(""), "", "", ""],
    ["UTF-16LE", utf16("\uFEFFdéjà 🎬", true), "", "déjà 🎬", ""],
    ["UTF-16BE", utf16("\uFEFFdéjà 🎬", false), "", "déjà 🎬", ""],
    [
      "UTF-16LE without a byte order mark",
      utf16("1\n00:00 déjà", true),
      "",
      "1\n00:00 déjà",
      `${NO_BOM} utf-16le`,
    ],
    [
      "UTF-16BE without a byte order mark",
      utf16("1\n00:00", false),
      "",
      "1\n00:00",
      `${NO_BOM} utf-16be`,
    ],
    [
      "Western European",
      bytes(0x64, 0xE9, 0x6A, 0xE0, 0x20, 0x93, 0x94),
      "fra",
      "déjà “”",
      "Not UTF-8; decoded as windows-1252",
    ],
    [
      "Russian",
      bytes(0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2),
      "rus",
      "Привет",
      "Not UTF-8; decoded as windows-1251 for language ru",
    ],
    [
      "Polish",
      bytes(0xB3, 0xF3, 0x9F),
      "pol",
      "łóź",
      "Not UTF-8; decoded as windows-1250 for language pl",
    ],
    [
      "Japanese",
      bytes(0x8A, 0xBF, 0x8E, 0x9A),
      "ja-JP",
      "漢字",
      "Not UTF-8; decoded as shift_jis for language ja-JP",
    ],
    [
      "Traditional Chinese",
      bytes(0xBA, 0x7E, 0xA6, 0x72),
      "zh_tw",
      "漢字",
      "Not UTF-8; decoded as big5 for language zh-TW",
    ],
    [
      "Serbian in Latin script",
      bytes(0xE8, 0xE6, 0x20, 0x9E),
      "sr-Latn-RS",
      "čć ž",
      "Not UTF-8; decoded as windows-1250 for language sr-Latn-RS",
    ],
    [
      "UTF-8 with an isolated error",
      Uint8Array.from([...utf8("déjà\nça "), 0xE9]),
      "fra",
      "déjà\nça \uFFFD",
      "Not valid UTF-8, first in line 2; invalid bytes are shown as \uFFFD",
    ],
  ];

for (const [what, content, language, text, warning] of cases) {
  Deno.test(`decodeText() reads ${what}`, () => {
    const decoded = decodeText(content, language);
    assertEquals([decoded.text, decoded.warning], [text, warning]);
  });
}

Deno.test("decodeText() rejects text above MAX_TEXT_SIZE", () => {
  const read = () => decodeText(new Uint8Array(MAX_TEXT_SIZE + 1));
  assertEquals(
    assertThrows(read, MediaError, "Cannot read 16777217 bytes").code,
    "MEDIA_UNSUPPORTED",
  );
});
