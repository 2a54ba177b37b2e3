import { assertEquals } from "@std/assert";
import { applyEditList } from "../../lib/input/edit_list.ts";
import type { Edit } from "../../lib/mp4/movie.ts";
import { buildTrack, MOVIE_TIMESCALE } from "../presentation/synthetic_track.ts";

function applyEdits(edits: Edit[], timescale = 1000) {
  return applyEditList(buildTrack({ durations: 40, count: 3 }, timescale, edits), MOVIE_TIMESCALE);
}

const edit = (duration: number, mediaTime: number, rate = 1): Edit => ({
  duration,
  mediaTime,
  rate,
});

const supported: [name: string, edits: Edit[], start: number, end: number, delay: number][] = [
  ["no edit list", [], 0, Infinity, 0],
  ["an edit to the end", [edit(0, 80)], 80, Infinity, 0],
  ["an edit with an end", [edit(100, 80)], 80, 180, 0],
  ["empty edits", [edit(500, -1), edit(100, -1), edit(100, 0)], 0, 100, 600],
  ["empty edits only", [edit(500, -1)], 0, Infinity, 0],
  ["adjacent edits", [edit(80, 40), edit(80, 121)], 40, 200, 0],
];

for (const [name, edits, start, end, delay] of supported) {
  Deno.test(`applyEditList() supports ${name}`, () => {
    const window = applyEdits(edits);
    assertEquals([window.start, window.end, window.delay], [start, end, delay]);
    assertEquals([window.tolerance, window.warning], [2, ""]);
  });
}

Deno.test("applyEditList() ignores the end of an edit in a track with fragments", () => {
  const track = buildTrack({ durations: 40, count: 3 }, 1000, [edit(500, -1), edit(100, 80)]);
  const window = applyEditList({ ...track, hasFragments: true }, MOVIE_TIMESCALE);
  assertEquals([window.start, window.end, window.delay], [80, Infinity, 500]);
});

Deno.test("applyEditList() converts durations to the track's timescale", () => {
  const { start, end, tolerance, delay } = applyEdits([edit(500, -1), edit(100, 480)], 48000);
  assertEquals([start, end, tolerance, delay], [480, 5280, 96, 24000]);
});

Deno.test("applyEditList() warns of unsupported edits and presents from the first to the end", () => {
  const edits = [
    { duration: 1000, mediaTime: 0, rate: 1 },
    { duration: 500, mediaTime: 5000, rate: 1 },
    { duration: 500, mediaTime: 0, rate: 0 },
  ];
  const edit = applyEditList(buildTrack({ durations: 40, count: 3 }, 1000, edits), MOVIE_TIMESCALE);
  assertEquals([edit.start, edit.end], [0, Infinity]);
  assertEquals(
    edit.warning,
    "its edit list (1 s from 0 s, 0.5 s from 5 s, 0.5 s from 0 s at rate 0) is not supported; it is presented from the first edit to the end",
  );
});
