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

const NO_MARK = "its bytes are not UTF-8, and have no mark: they are read as";

const cases: [what: string, bytes: Uint8Array, language: string, text: string, warning: string][] =
  [
    ["UTF-8", utf8("déjà"), "", "déjà", ""],
    ["UTF-8 with its mark", utf8("\uFEFFdéjà"), "", "déjà", ""],
    ["nothing", utf8(""), "", "", ""],
    ["UTF-16, low byte first", utf16("\uFEFFdéjà 🎬", true), "", "déjà 🎬", ""],
    ["UTF-16, high byte first", utf16("\uFEFFdéjà 🎬", false), "", "déjà 🎬", ""],
    [
      "UTF-16 without a mark",
      utf16("1\n00:00 déjà", true),
      "",
      "1\n00:00 déjà",
      `${NO_MARK} utf-16le`,
    ],
    ["the same, high byte first", utf16("1\n00:00", false), "", "1\n00:00", `${NO_MARK} utf-16be`],
    [
      "Western European",
      bytes(0x64, 0xE9, 0x6A, 0xE0, 0x20, 0x93, 0x94),
      "fra",
      "déjà “”",
      "its bytes are not UTF-8: they are read as windows-1252",
    ],
    [
      "Russian",
      bytes(0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2),
      "rus",
      "Привет",
      "its bytes are not UTF-8: they are read as windows-1251, as its language is ru",
    ],
    [
      "Polish",
      bytes(0xB3, 0xF3, 0x9F),
      "pol",
      "łóź",
      "its bytes are not UTF-8: they are read as windows-1250, as its language is pl",
    ],
    [
      "Japanese",
      bytes(0x8A, 0xBF, 0x8E, 0x9A),
      "ja-JP",
      "漢字",
      "its bytes are not UTF-8: they are read as shift_jis, as its language is ja-JP",
    ],
    [
      "UTF-8 with a slip",
      Uint8Array.from([...utf8("déjà\nça "), 0xE9]),
      "fra",
      "déjà\nça \uFFFD",
      "its bytes are not UTF-8 everywhere: what is not, first in line 2, is shown as \uFFFD",
    ],
  ];

for (const [what, content, language, text, warning] of cases) {
  Deno.test(`decodeText() reads ${what}`, () => {
    const decoded = decodeText(content, language);
    assertEquals([decoded.text, decoded.warning], [text, warning]);
  });
}

Deno.test("decodeText() refuses more than fits", () => {
  const read = () => decodeText(new Uint8Array(MAX_TEXT_SIZE + 1));
  assertEquals(
    assertThrows(read, MediaError, "Cannot read 16777217 bytes").code,
    "MEDIA_UNSUPPORTED",
  );
});
