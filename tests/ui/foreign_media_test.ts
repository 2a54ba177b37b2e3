import { assertEquals } from "@std/assert";
import { formatRemuxCommand } from "../../lib/ui/foreign_media.js";
import { isForeignMedia } from "../../lib/url/path.ts";

const files: [name: string, command: string | undefined][] = [
  ["film.mkv", "ffmpeg -i film.mkv -c copy -c:s mov_text film.mp4"],
  ["clip.WebM", "ffmpeg -i clip.WebM -c copy -c:s mov_text clip.mp4"],
  ["news.ts", "ffmpeg -i news.ts -c copy news.mp4"],
  [
    "it's a film.mkv",
    `ffmpeg -i 'it'\\''s a film.mkv' -c copy -c:s mov_text 'it'\\''s a film.mp4'`,
  ],
  ["-y.mkv", "ffmpeg -i ./-y.mkv -c copy -c:s mov_text ./-y.mp4"],
  ["film.mp4", undefined],
  ["mkv", undefined],
  ["notes.txt", undefined],
];

for (const [name, command] of files) {
  Deno.test(`formatRemuxCommand() returns ${command} for ${name}`, () => {
    assertEquals(formatRemuxCommand(name, false), command);
  });
}

Deno.test("formatRemuxCommand() and the server know the same files", () => {
  const names = [
    "avi",
    "flv",
    "m2ts",
    "MKV",
    "mpeg",
    "mpg",
    "mts",
    "ts",
    "webm",
    "mp4",
    "txt",
    "json",
  ]
    .map((extension) => `a.${extension}`);
  assertEquals(
    names.map((name) => formatRemuxCommand(name, false) !== undefined),
    names.map(isForeignMedia),
  );
});

Deno.test("formatRemuxCommand() quotes for Windows", () => {
  assertEquals(
    formatRemuxCommand("a b.ts", true),
    `ffmpeg -i "a b.ts" -c copy "a b.mp4"`,
  );
});
