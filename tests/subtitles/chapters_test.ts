import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import {
  decodeChapterTitle,
  MAX_CHAPTER_TITLE,
  MAX_CHAPTERS,
  readChapterFile,
  toChapters,
} from "../../lib/subtitles/chapters.ts";

const read = (text: string, name = "chapters.vtt") =>
  readChapterFile(new TextEncoder().encode(text), name);

Deno.test("readChapterFile() reads a chapter from each cue, in the order of their starts", () => {
  const text = `WEBVTT

two
00:10.500 --> 00:20.000
<v Ann>Ben &amp; <i>Ann</i></v>
meet

00:00.000 --> 00:10.000
Opening
`;
  assertEquals(read(text), [
    { start: 0, title: "Opening" },
    { start: 10_500, title: "Ben & Ann meet" },
  ]);
});

const refused: [what: string, name: string, text: string, message: string][] = [
  ["no cue", "a.vtt", "WEBVTT\n", "Cannot find a chapter: expected a cue for each"],
  ["a media file", "a.mp4", "\0\0\0\x1cftyp", "Cannot find the signature WEBVTT at the start"],
  ["no WebVTT", "a.vtt", "CHAPTER01=0", "Cannot find the signature WEBVTT at the start"],
  [
    "SubRip",
    "a.srt",
    "1\n00:00:00,000 --> 00:00:01,000\na\n",
    "Cannot read chapters in SubRip: expected WebVTT",
  ],
  [
    "too many cues",
    "a.vtt",
    "WEBVTT\n\n" + "00:00.000 --> 00:01.000\na\n\n".repeat(MAX_CHAPTERS + 1),
    "Cannot read 1001 chapters, expected at most 1000",
  ],
];

for (const [what, name, text, message] of refused) {
  Deno.test(`readChapterFile() refuses ${what}`, () => {
    assertThrows(() => read(text, name), MediaError, message);
  });
}

const samples: [what: string, hex: string, title: string][] = [
  ["UTF-8", "0005 436166c3a9", "Café"],
  ["UTF-8 before a box of style", "0002 6869 0000000c656e6364000000", "hi"],
  ["UTF-16", "0006 feff 0043 00e9", "Cé"],
  ["UTF-16 in the other order", "0006 fffe 4300 e900", "Cé"],
  ["an empty text", "0000", ""],
  ["a length beyond the sample", "ffff 41", ""],
  ["half a length", "00", ""],
  ["nothing", "", ""],
];

for (const [what, hex, title] of samples) {
  Deno.test(`decodeChapterTitle() decodes ${what}`, () => {
    assertEquals(decodeChapterTitle(Uint8Array.fromHex(hex.replaceAll(" ", ""))), title);
  });
}

Deno.test("toChapters() numbers those without a title, and has one of those that start together", () => {
  const chapters = [
    { start: 5, title: " \n" },
    { start: 0, title: "Act\u0000\r\none" },
    { start: 0, title: "Scene one" },
    { start: 9, title: "x".repeat(600) },
  ];
  assertEquals(toChapters(chapters), [
    { start: 0, title: "Act one" },
    { start: 5, title: "Chapter 2" },
    { start: 9, title: "x".repeat(MAX_CHAPTER_TITLE) },
  ]);
});
