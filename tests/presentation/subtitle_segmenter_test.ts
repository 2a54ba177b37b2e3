import { assertEquals } from "@std/assert";
import type { Boundaries } from "../../lib/presentation/boundaries.ts";
import { segmentCues } from "../../lib/presentation/subtitle_segmenter.ts";
import type { MediaRendition, SubtitleRendition } from "../../lib/presentation/presentation.ts";
import { openTestdata } from "../sample_presentations.ts";

const STEP = { times: [], timescale: 1, step: 2_000_000 };
const LEADER: Boundaries = { times: [52, 100, 151], timescale: 25, step: 2_000_000 };

const cases: [what: string, boundaries: Boundaries, end: number, times: number[]][] = [
  ["multiples up to the end", STEP, 6000, [0, 2000, 4000, 6000]],
  ["a rest of half a second, which stands alone", STEP, 4500, [0, 2000, 4000, 4500]],
  ["a shorter one, which does not", STEP, 4499, [0, 2000, 4499]],
  ["one segment where the end comes early", STEP, 1999, [0, 1999]],
  ["nothing, in a segment of one tick", STEP, 0, [0, 1]],
  ["the picture's boundaries, rounded up", LEADER, 7000, [0, 2080, 4000, 6040, 7000]],
  ["multiples behind the picture's last", LEADER, 11000, [0, 2080, 4000, 6040, 8000, 10000, 11000]],
];

for (const [what, boundaries, end, times] of cases) {
  Deno.test(`segmentCues() cuts into ${what}`, () => {
    assertEquals([...segmentCues(boundaries, { end, timescale: 1000 })], times);
  });
}

Deno.test("segmentCues() makes no more segments than can be served", () => {
  const times = segmentCues(STEP, { end: 1000 * 86400 * 36500, timescale: 1000 });
  assertEquals(times.length, 100_001);
  assertEquals(times.at(-1), 1000 * 86400 * 36500);
});

Deno.test("segmentCues() has the same boundaries as the picture that it goes with", async () => {
  const presentation = await openTestdata(["ladder-avc-240p.mp4", "ladder-vtt-fra.vtt"]);
  presentation.close();
  const [video, text] = [...presentation.renditions.values()] as [
    MediaRendition,
    SubtitleRendition,
  ];
  assertEquals(text.timescale, 64000); // the picture's 12800 can't say a millisecond
  assertEquals(text.times, video.timeline.times.map((time) => time * 5));
});
