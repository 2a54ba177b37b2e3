import { assertEquals } from "@std/assert";
import { formatFfmpegCommand } from "../lib/ffmpeg_command.ts";

const cases: [file: string, command: string][] = [
  ["clip.mkv", "ffmpeg -i clip.mkv -c copy clip.mp4"],
  ["a/b.c/clip", "ffmpeg -i a/b.c/clip -c copy a/b.c/clip.mp4"],
  ["clip.mp4", "ffmpeg -i clip.mp4 -c copy clip-new.mp4"],
  ["my film.avi", "ffmpeg -i 'my film.avi' -c copy 'my film.mp4'"],
  ["it's.ts", `ffmpeg -i 'it'\\''s.ts' -c copy 'it'\\''s.mp4'`],
  ["-y.ts", "ffmpeg -i ./-y.ts -c copy ./-y.mp4"],
  [".ts", "ffmpeg -i .ts -c copy .ts.mp4"],
  ["$(x).ts", "ffmpeg -i '$(x).ts' -c copy '$(x).mp4'"],
];

for (const [file, command] of cases) {
  Deno.test(`formatFfmpegCommand() quotes and renames ${file}`, () => {
    assertEquals(formatFfmpegCommand(file, { options: "-c copy", extension: ".mp4" }), command);
  });
}

Deno.test("formatFfmpegCommand() places input options before the file", () => {
  assertEquals(
    formatFfmpegCommand("a.264", {
      inputOptions: "-framerate 25",
      options: "-c copy",
      extension: ".mp4",
    }),
    "ffmpeg -framerate 25 -i a.264 -c copy a.mp4",
  );
});
