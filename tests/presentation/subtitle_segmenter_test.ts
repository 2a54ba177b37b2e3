import { assertEquals } from "@std/assert";
import type { Boundaries } from "../../lib/presentation/boundaries.ts";
import { segmentCues } from "../../lib/presentation/subtitle_segmenter.ts";
import type { MediaRendition, SubtitleRendition } from "../../lib/presentation/presentation.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { openInputs } from "../open_presentation.ts";
import { openTestdata } from "../sample_presentations.ts";

const STEP = { times: [], timescale: 1, step: 2_000_000 };
const REFERENCE: Boundaries = { times: [52, 100, 151], timescale: 25, step: 2_000_000 };

const cases: [name: string, boundaries: Boundaries, end: number, times: number[]][] = [
  ["multiples up to the end", STEP, 6000, [0, 2000, 4000, 6000]],
  ["a last segment of half a second", STEP, 4500, [0, 2000, 4000, 4500]],
  ["no last segment of less than half a second", STEP, 4499, [0, 2000, 4499]],
  ["one segment if the end is before the first boundary", STEP, 1999, [0, 1999]],
  ["a segment of one tick without cues", STEP, 0, [0, 1]],
  ["boundaries of video, rounded up", REFERENCE, 7000, [0, 2080, 4000, 6040, 7000]],
  ["multiples after the last boundary of video", REFERENCE, 11000, [
    0,
    2080,
    4000,
    6040,
    8000,
    10000,
    11000,
  ]],
];

for (const [name, boundaries, end, times] of cases) {
  Deno.test(`segmentCues() returns ${name}`, () => {
    assertEquals([...segmentCues(boundaries, { end, timescale: 1000 })], times);
  });
}

Deno.test("segmentCues() limits the number of segments", () => {
  const times = segmentCues(STEP, { end: 1000 * 86400 * 36500, timescale: 1000 });
  assertEquals(times.length, 100_001);
  assertEquals(times.at(-1), 1000 * 86400 * 36500);
});

Deno.test("segmentSubtitles() uses the boundaries of the video", async () => {
  const presentation = await openTestdata(["ladder-avc-240p.mp4", "ladder-vtt-fra.vtt"]);
  presentation.close();
  const [video, text] = [...presentation.renditions.values()] as [
    MediaRendition,
    SubtitleRendition,
  ];
  assertEquals(text.timescale, 64000); // 12800, that of the video, cannot express a millisecond
  assertEquals(text.times, video.timeline.times.map((time) => time * 5));
});

const late: [starts: number[], warning: string | undefined][] = [
  [[1000, 2000, 7000], undefined],
  [[1000, 7000], undefined],
  [
    [1000, 7000, 8000],
    "x.srt: 2 of 3 cues start after the end of audio and video at 6 s, the first cue starts at 1 s; " +
    "correct the times of the subtitles",
  ],
];

for (const [starts, warning] of late) {
  Deno.test(`openInputs() ${warning ? "warns" : "does not warn"} of cues at ${starts}`, async () => {
    const cues = starts.map((start) =>
      `00:00:0${start / 1000},000 --> 00:00:0${start / 1000 + 1},000\nx\n\n`
    );
    const srt = new TextEncoder().encode(cues.join(""));
    const video = Deno.readFileSync(
      new URL("../../testdata/test-avc-baseline.mp4", import.meta.url),
    );
    const { warnings, close } = await openInputs([{ file: "v.mp4" }, { file: "x.srt" }], {
      segmentDuration: 2,
      open: (file) => memorySource(file === "v.mp4" ? video : srt, file).source,
    });
    close();
    assertEquals(warnings.find((line) => line.includes("cues start")), warning);
  });
}
