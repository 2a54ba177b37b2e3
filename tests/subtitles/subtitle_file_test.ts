import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { isSubtitleFile, readSubtitleFile } from "../../lib/subtitles/subtitle_file.ts";
import { inBody, paragraph, ttmlDocument } from "./ttml/document.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const VTT = "WEBVTT\nLanguage: pt-BR\n\n00:01.000 --> 00:02.000\na\n";
const SRT = "1\n00:00:01,000 --> 00:00:02,000\na\n";
const TTML = ttmlDocument(inBody(paragraph("a")), "", `xml:lang="fr"`);

const files: [name: string, text: string, format: string, language: string][] = [
  ["a.vtt", VTT, "WebVTT", "pt-BR"],
  ["a.srt", SRT, "SubRip", ""],
  ["a.ttml", TTML, "TTML", "fr"],
  ["a.srt", VTT, "WebVTT", "pt-BR"], // the content determines the format
  ["a.xml", "\uFEFF" + TTML, "TTML", "fr"],
  ["a.srt", "<i>\n" + SRT, "SubRip", ""],
];

for (const [name, text, format, language] of files) {
  Deno.test(`readSubtitleFile() reads ${JSON.stringify(text.slice(0, 8))} in ${name} as ${format}`, () => {
    const file = readSubtitleFile(encode(text), { name, language: "" });
    assertEquals([file.format, file.language], [format, language]);
    assertEquals(file.webvtt.cues.map((cue) => [cue.start, cue.end, cue.text]), [[
      1000,
      2000,
      "a",
    ]]);
  });
}

Deno.test("readSubtitleFile() serves WebVTT in UTF-8 unchanged, without a byte order mark", () => {
  const { bytes } = readSubtitleFile(encode("\uFEFF" + VTT), { name: "a.vtt", language: "" });
  assertEquals(bytes, encode(VTT));
});

Deno.test("readSubtitleFile() reads forced from the header", () => {
  const text = VTT.replace("Language: pt-BR", "Kind: forced");
  assertEquals(readSubtitleFile(encode(text), { name: "a.vtt", language: "" }).forced, true);
});

const charsets: [what: string, declaration: string, text: string, warnings: number][] = [
  ["the declared charset", `encoding="windows-1251"`, "Пр", 0],
  ["a wrong declaration", `encoding="UTF-8"`, "Ïð", 1],
  ["an unknown charset", `encoding="x-none"`, "Ïð", 1],
];

for (const [what, declaration, text, warnings] of charsets) {
  Deno.test(`readSubtitleFile() decodes TTML with ${what}`, () => {
    const xml = TTML.replace(`version="1.0"`, `version="1.0" ${declaration}`).replace(
      ">a<",
      ">\xCF\xF0<",
    );
    const bytes = Uint8Array.from(xml, (char) => char.charCodeAt(0));
    const file = readSubtitleFile(bytes, { name: "a.ttml", language: "" });
    assertEquals([file.webvtt.cues[0]?.text, file.warnings.length], [text, warnings]);
  });
}

Deno.test("readSubtitleFile() rejects TTML of images, and other files", () => {
  const images = ttmlDocument(inBody(`<div smpte:backgroundImage="#a"/>`));
  const read = (text: string) => () =>
    readSubtitleFile(encode(text), { name: "a.ttml", language: "" });
  assertThrows(read(images), MediaError, "Cannot use TTML that contains only images");
  assertThrows(read("plain"), MediaError, 'Cannot read TTML: expected "<" at the start');
});

Deno.test("isSubtitleFile() checks the extension", () => {
  const names = ["a.vtt", "a.SRT", "a.dfxp", "a.xml", "a.mp4", "vtt"];
  assertEquals(names.map(isSubtitleFile), [true, true, true, true, false, false]);
});

const thumbnails: [text: string, isThumbnails: boolean][] = [
  ["sprite.jpg#xywh=0,0,160,90", true],
  [" a.PNG?x=1#y ", true],
  ["a.webp", true],
  ["a#xywh=1", true],
  ["#xywh=1", false],
  ["a#xywh=", false],
  ["a.jpg and more", false],
  [".jpg", false],
  ["a.jpgs", false],
];

for (const [text, isThumbnails] of thumbnails) {
  Deno.test(`readSubtitleFile() finds that "${text}" is ${isThumbnails ? "" : "not "}an image`, () => {
    const bytes = encode(`WEBVTT\n\n00:01.000 --> 00:02.000\n${text}\n`);
    assertEquals(
      readSubtitleFile(bytes, { name: "a.vtt", language: "" }).isThumbnails,
      isThumbnails,
    );
  });
}
