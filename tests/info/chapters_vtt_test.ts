import { assertEquals } from "@std/assert";
import { buildChaptersVtt } from "../../lib/info/chapters_vtt.ts";
import { readChapterFile } from "../../lib/subtitles/chapters.ts";

const CHAPTERS = [{ start: 0, title: "A & <b>" }, { start: 3_600_500, title: "-->" }];

Deno.test("buildChaptersVtt() has a cue for each chapter", () => {
  const duration = { ticks: 7200, timescale: 1 };
  const text = buildChaptersVtt({ metadata: { chapters: CHAPTERS }, duration });
  assertEquals(
    text,
    `WEBVTT

1
00:00:00.000 --> 01:00:00.500
A &amp; &lt;b&gt;

2
01:00:00.500 --> 02:00:00.000
--&gt;
`,
  );
  assertEquals(readChapterFile(new TextEncoder().encode(text), "chapters.vtt"), CHAPTERS);
});
